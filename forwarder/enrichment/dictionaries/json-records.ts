import { afterBlanks, rangeOf } from './json-values.js';

/** Where a record lies in the bytes. */
export interface RecordRange {
  readonly start: number;
  readonly end: number;
}

/** Something in the file is not as it must be; the reader says in which line. */
export class JsonFault extends Error {
  readonly at: number;

  constructor(at: number, why: string) {
    super(why);
    this.at = at;
  }
}

/** Levels of a record, and those of an object and a list around it. */
export const mostDepth = 64;
const mostAround = mostDepth + 2;
const [brace, bracket, comma, colon] = [0x7b, 0x5b, 0x2c, 0x3a];
const [closingBrace, closingBracket] = [0x7d, 0x5d];

type Ranges = Generator<RecordRange, void, undefined>;

/**
 * The records of a JSON file, in its order: the objects of a list; objects one after another (JSON
 * lines); one object that holds the key, which is one record, as Tracer takes it; or the list of
 * objects in one object without it. Throws JsonFault.
 *
 *     [{"login":"anna"},{"login":"bert"}]
 *     {"users":[{"login":"anna"},{"login":"bert"}]}
 *     {"login":"anna"}⏎{"login":"bert"}
 */
export function* recordRanges(bytes: Buffer, key: string, from: number): Ranges {
  const start = afterBlanks(bytes, from);
  if (bytes[start] === bracket) {
    const end = yield* elements(bytes, start);
    requireEnd(bytes, end);
    return;
  }
  const first = objectAt(bytes, start, mostAround);
  let at = afterBlanks(bytes, first.end);
  if (at === bytes.length) {
    const list = listWithin(bytes, start, key);
    if (list === undefined) yield first;
    else yield* elements(bytes, list);
    return;
  }
  yield first;
  while (at < bytes.length) {
    const next = objectAt(bytes, at, mostDepth);
    yield next;
    at = afterBlanks(bytes, next.end);
  }
}

/** The elements of the list at `start`; gives back where it ends. */
function* elements(bytes: Buffer, start: number): Generator<RecordRange, number, undefined> {
  let at = afterBlanks(bytes, start + 1);
  if (bytes[at] === closingBracket) return at + 1;
  for (;;) {
    const range = objectAt(bytes, at, mostDepth);
    yield range;
    at = afterBlanks(bytes, range.end);
    if (bytes[at] === closingBracket) return at + 1;
    if (bytes[at] !== comma)
      throw new JsonFault(at, at < bytes.length ? 'a comma is missing' : 'the list has no end');
    at = afterBlanks(bytes, at + 1);
  }
}

function objectAt(bytes: Buffer, at: number, depth: number): RecordRange {
  if (bytes[at] !== brace) {
    throw new JsonFault(at, at < bytes.length ? 'it is no object' : 'the file has no end');
  }
  const range = rangeOf(bytes, at, depth);
  if (range.ok) return range;
  throw new JsonFault(range.at, range.why);
}

/** Where the list of records begins in the object at `start`; undefined: it is a record itself. */
function listWithin(bytes: Buffer, start: number, key: string): number | undefined {
  const lists: number[] = [];
  for (const { name, at } of members(bytes, start)) {
    if (name === key || key.startsWith(`${name}/`)) return undefined;
    const first = afterBlanks(bytes, at + 1);
    if (bytes[at] === bracket && (bytes[first] === brace || bytes[first] === closingBracket)) {
      lists.push(at);
    }
  }
  const [list] = lists;
  if (list !== undefined && lists.length === 1) return list;
  throw new JsonFault(
    start,
    `the object has no field ${JSON.stringify(key)}, and ${lists.length} lists of objects, not one`,
  );
}

function* members(
  bytes: Buffer,
  start: number,
): Generator<{ readonly name: string; readonly at: number }, void, undefined> {
  let at = afterBlanks(bytes, start + 1);
  while (bytes[at] !== closingBrace) {
    const name = rangeOf(bytes, at, 1);
    const separator = name.ok ? afterBlanks(bytes, name.end) : at;
    if (!name.ok || bytes[separator] !== colon)
      throw new JsonFault(at, 'a name and ":" are missing');
    const value = rangeOf(bytes, afterBlanks(bytes, separator + 1), mostAround);
    if (!value.ok) throw new JsonFault(value.at, value.why);
    yield { name: nameIn(bytes, name), at: value.start };
    at = afterBlanks(bytes, value.end);
    if (bytes[at] === comma) at = afterBlanks(bytes, at + 1);
    else if (bytes[at] !== closingBrace) throw new JsonFault(at, 'a comma is missing');
  }
}

function nameIn(bytes: Buffer, { start, end }: RecordRange): string {
  try {
    return String(JSON.parse(bytes.toString('utf8', start, end)));
  } catch {
    throw new JsonFault(start, 'a name is none');
  }
}

function requireEnd(bytes: Buffer, end: number): void {
  const at = afterBlanks(bytes, end);
  if (at < bytes.length) throw new JsonFault(at, 'there is text behind its end');
}
