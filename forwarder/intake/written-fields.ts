/** A field of a JSON object, its value as it is written there. */
export interface WrittenField {
  readonly name: string;
  readonly value: string;
}

/**
 * The fields of an object as they are written: equal names as often as they come, numbers with all
 * their digits. For what JSON.parse does not tell; `json` must be an object that it has taken. Linear.
 *
 *     {"a":1,"b":[2,{"a":3}],"a":"4"}   → a 1, b [2,{"a":3}], a "4"
 */
export function writtenFields(json: string): readonly WrittenField[] {
  const fields: WrittenField[] = [];
  for (let at = json.indexOf('"'); at !== -1; at = json.indexOf('"', at)) {
    const nameEnd = endOfString(json, at);
    const start = json.indexOf(':', nameEnd) + 1;
    const end = endOfValue(json, start);
    const name = String(JSON.parse(json.slice(at, nameEnd)));
    fields.push({ name, value: json.slice(start, end).trim() });
    at = end;
  }
  return fields;
}

/** Index of the comma or bracket that ends the value that begins at `start`. */
function endOfValue(json: string, start: number): number {
  let depth = 0;
  let at = start;
  while (at < json.length) {
    const character = json[at];
    if (character === '"') {
      at = endOfString(json, at);
      continue;
    }
    if (character === '{' || character === '[') depth += 1;
    else if (depth === 0 && (character === ',' || character === '}')) return at;
    else if (character === '}' || character === ']') depth -= 1;
    at += 1;
  }
  return at;
}

/** Index after the quote that ends the string whose first quote is at `start`. */
function endOfString(json: string, start: number): number {
  let at = start + 1;
  while (at < json.length && json[at] !== '"') at += json[at] === '\\' ? 2 : 1;
  return at + 1;
}
