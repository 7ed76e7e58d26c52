const quote = '"';

/** Where reading of a record stands: RFC 4180, a quote counts only at the begin of a cell. */
export const states = { begin: 0, plain: 1, quoted: 2, afterQuote: 3 } as const;
export type State = (typeof states)[keyof typeof states];

/** Where reading stands after a piece of a record. */
export function stateAfter(text: string, from: number, state: State, delimiter: string): State {
  let now: State = state;
  for (let at = from; at < text.length; at += 1) {
    const character = text[at];
    if (character === quote) {
      if (now === states.begin || now === states.afterQuote) now = states.quoted;
      else if (now === states.quoted) now = states.afterQuote;
    } else if (now === states.quoted) continue;
    else now = character === delimiter ? states.begin : states.plain;
  }
  return now;
}

/** The cells of a record without its line end, as they are meant: without quotes around them. */
export function cellsOf(record: string, delimiter: string): readonly string[] {
  if (!record.includes(quote)) return record.split(delimiter);
  const cells: string[] = [];
  for (let at = 0; ;) {
    const cell = readCell(record, at, delimiter);
    cells.push(cell.text);
    if (cell.end >= record.length) return cells;
    at = cell.end + 1;
  }
}

function readCell(
  record: string,
  start: number,
  delimiter: string,
): { readonly text: string; readonly end: number } {
  if (record[start] !== quote) {
    const found = record.indexOf(delimiter, start);
    const end = found < 0 ? record.length : found;
    return { text: record.slice(start, end), end };
  }
  let text = '';
  let at = start + 1;
  for (;;) {
    const closing = record.indexOf(quote, at);
    if (closing < 0) return { text: text + record.slice(at), end: record.length };
    text += record.slice(at, closing);
    if (record[closing + 1] !== quote) {
      // What stands behind the closing quote belongs to the cell, however it came there.
      const found = record.indexOf(delimiter, closing + 1);
      const end = found < 0 ? record.length : found;
      return { text: text + record.slice(closing + 1, end), end };
    }
    text += quote;
    at = closing + 2;
  }
}

/** A text as a cell: in quotes where it must be. */
export function cellText(text: string, delimiter: string): string {
  if (!/["\r\n]/.test(text) && !text.includes(delimiter)) return text;
  return `"${text.replaceAll(quote, '""')}"`;
}
