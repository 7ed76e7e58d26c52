/**
 * Reads the syslog header at the start of a text by hand, in one pass, because its forms in the
 * field are many: RFC 3164 (`Jul 10 10:10:14 host `, also with a year, a fraction or an ISO date),
 * RFC 5424 (`1 2025-07-10T10:10:14Z host app procid msgid sd `) and `- host `, each with or without
 * a PRI. A relay may have put its own header before the source's; both are read.
 */
export interface PayloadStart {
  /** The host of every header found, outermost first; empty when the text has no header. */
  readonly hosts: readonly string[];
  /** Whether what follows the header begins with `text`. */
  startsWith(text: string): boolean;
}

/** More than any header needs; what comes later is no start of a payload. */
const maxHeaderLength = 4_096;
/** The source's header, and those of two relays. */
const maxHeaders = 3;

/** Reads the headers of the first line of a text. Linear, never throws. */
export function readPayloadStart(text: string): PayloadStart {
  const line = firstLine(text);
  const hosts: string[] = [];
  let at = 0;
  let isRfc5424 = false;
  while (hosts.length < maxHeaders) {
    const header = readHeader(line, at, hosts.length === 0);
    if (header === undefined) break;
    hosts.push(header.host);
    at = header.end;
    isRfc5424 = header.isRfc5424;
  }
  const bodies = bodyStarts(line, at, hosts.length > 0, isRfc5424);
  return { hosts, startsWith: (wanted) => bodies.some((body) => line.startsWith(wanted, body)) };
}

interface Header {
  readonly host: string;
  /** Index after the blank behind the host. */
  readonly end: number;
  readonly isRfc5424: boolean;
}

function readHeader(line: string, start: number, isFirst: boolean): Header | undefined {
  const afterPri = skipBlanks(line, skipPri(line, start));
  // Behind another header only a PRI or a date tell a header from text that looks like one.
  const isPlain = isFirst || line[start] === '<';
  const rfc5424 = isPlain ? skipVersion(line, afterPri) : undefined;
  const dash = isPlain ? skipDash(line, afterPri) : undefined;
  const hostStart = rfc5424 ?? dash ?? skipDate(line, afterPri) ?? skipIsoDate(line, afterPri);
  if (hostStart === undefined) return undefined;
  const hostEnd = endOfToken(line, hostStart);
  if (hostEnd === hostStart) return undefined;
  // A bare `- word` is also how lists are written: without a PRI it is a header only when LEEF, or
  // nothing, stands behind it.
  const behind = skipBlanks(line, hostEnd);
  const isBareDash = hostStart === dash && line[start] !== '<';
  if (isBareDash && behind < line.length && !line.startsWith('LEEF:', behind)) return undefined;
  return {
    host: line.slice(hostStart, hostEnd),
    end: skipBlanks(line, hostEnd),
    isRfc5424: rfc5424 !== undefined,
  };
}

/**
 * The places where the message proper may begin: right after the header; after a tag (`app[1]:`);
 * after the application, process, message id and structured data of RFC 5424; and, where there is
 * no header at all, after a lone host.
 */
function bodyStarts(
  line: string,
  at: number,
  hasHeader: boolean,
  isRfc5424: boolean,
): readonly number[] {
  const start = hasHeader ? at : skipBlanks(line, skipPri(line, at));
  const endOfFirst = endOfToken(line, start);
  const afterToken = skipBlanks(line, endOfFirst);
  const starts = [start];
  // Only a name stands for a host or a tag: the text of an event must not pass for one.
  if ((!hasHeader || line[endOfFirst - 1] === ':') && isName(line, start, endOfFirst)) {
    starts.push(afterToken);
  }
  if (isRfc5424) {
    const structuredData = skipToken(line, skipToken(line, afterToken));
    const first = line[structuredData];
    if (first === '-' || first === '[') {
      starts.push(skipBlanks(line, skipStructuredData(line, structuredData)));
    }
  }
  // RFC 5424 lets a byte order mark stand before the message.
  return starts.map((index) => (line.charCodeAt(index) === 0xfeff ? index + 1 : index));
}

function firstLine(text: string): string {
  const head = text.slice(0, maxHeaderLength);
  const feed = head.indexOf('\n');
  const line = feed === -1 ? head : head.slice(0, feed);
  const carriageReturn = line.indexOf('\r');
  return carriageReturn === -1 ? line : line.slice(0, carriageReturn);
}

/** `<134>`: one to three digits. Index after it, or `start` when there is none. */
function skipPri(line: string, start: number): number {
  if (line[start] !== '<') return start;
  const end = skipDigits(line, start + 1);
  return end > start + 1 && end <= start + 4 && line[end] === '>' ? end + 1 : start;
}

/** The version and time of RFC 5424: `1 2025-07-10T10:10:14.5+02:00 ` or `1 - `. */
function skipVersion(line: string, start: number): number | undefined {
  const end = skipDigits(line, start);
  if (end === start || end > start + 3 || line[end] !== ' ') return undefined;
  return skipIsoDate(line, end + 1) ?? skipDash(line, end + 1);
}

/** `- `: no time given. */
function skipDash(line: string, start: number): number | undefined {
  return line.startsWith('- ', start) ? skipBlanks(line, start + 2) : undefined;
}

const months = 'JanFebMarAprMayJunJulAugSepOctNovDec'.toLowerCase();
/** Longest date of RFC 3164 in the field: `Jul 10 2025 10:10:14.123456789 `, and blanks. */
const maxDateLength = 48;
const dateForm = /^[a-z]{3} {1,2}\d{1,2} (?:\d{4} )?\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?: \d{4})? +/i;

/** `Jul 10 10:10:14 `, the day padded with a blank, a zero or nothing. */
function skipDate(line: string, start: number): number | undefined {
  const month = months.indexOf(line.slice(start, start + 3).toLowerCase());
  if (month === -1 || month % 3 !== 0) return undefined;
  return skipForm(line, start, dateForm);
}

const isoForm = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(?:[.,]\d{1,9})?(?:Z|[+-]\d{2}:?\d{2})? +/;

/** `2025-07-10T10:10:14.123+02:00 `. */
function skipIsoDate(line: string, start: number): number | undefined {
  return skipForm(line, start, isoForm);
}

/** The forms have no nested repetition and see a bounded slice: their work is bounded too. */
function skipForm(line: string, start: number, form: RegExp): number | undefined {
  const found = form.exec(line.slice(start, start + maxDateLength));
  return found === null ? undefined : start + found[0].length;
}

/** `-`, or `[id name="value" …]` once or more; in a value `\` guards `"`, `\` and `]`. */
function skipStructuredData(line: string, start: number): number {
  if (line[start] === '-') return start + 1;
  let index = start;
  let inValue = false;
  let inElement = false;
  while (index < line.length) {
    const character = line[index];
    if (!inElement && character !== '[') break;
    if (character === '[') inElement = true;
    else if (character === '"') inValue = !inValue;
    else if (character === '\\' && inValue) index += 1;
    else if (character === ']' && !inValue) inElement = false;
    index += 1;
  }
  return index;
}

/** Whether a token can be the name of a host or a program, perhaps with a number: `app[12]:`. */
function isName(line: string, start: number, end: number): boolean {
  return end - start <= 255 && /^[\w.:%/[\]-]+$/.test(line.slice(start, end));
}

function skipToken(line: string, start: number): number {
  return skipBlanks(line, endOfToken(line, start));
}

function endOfToken(line: string, start: number): number {
  const end = line.indexOf(' ', start);
  return end === -1 ? line.length : end;
}

function skipBlanks(line: string, start: number): number {
  let index = start;
  while (line[index] === ' ') index += 1;
  return index;
}

function skipDigits(line: string, start: number): number {
  let index = start;
  while (isDigit(line.charCodeAt(index))) index += 1;
  return index;
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}
