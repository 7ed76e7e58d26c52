import { isUtf8 } from 'node:buffer';

import type { DecodedEvent } from '../core/index.js';
import { asBuffer } from './bytes.js';
import { toEnvelope } from './envelope-fields.js';
import type { ParsedObject } from './envelope-fields.js';
import { escapeControls, undoEscapes } from './escapes.js';
import { measureObject } from './json-objects.js';

/** Oddities of a line that are worth counting; the line is taken in spite of them. */
export const decodeProblems = [
  /** Bytes that are no UTF-8; read as U+FFFD. */
  'invalid_utf8',
  /** A `{"` that does not begin a JSON object; taken as raw text. */
  'malformed_json',
  /** Raw control characters inside a JSON string; read as if they were escaped. */
  'control_characters',
  /** Nested deeper than allowed; taken as raw text. */
  'too_deep',
  /** More fields than any event has; taken as raw text. */
  'too_many_fields',
  /** A field comes again; the last one counts, those before are only searched. */
  'repeated_names',
] as const;
export type DecodeProblem = (typeof decodeProblems)[number];

export interface DecodeOptions {
  /** Deepest nesting of objects and lists that is parsed as JSON; 64 by default. */
  readonly maxDepth?: number;
  /** Standard key → the key the forwarding profile writes instead: `{ src: 'src.ip' }`. */
  readonly keys?: Readonly<Record<string, string>>;
}

export interface DecodedLine {
  /** At least one. */
  readonly events: readonly DecodedEvent[];
  /** Each at most once. */
  readonly problems: readonly DecodeProblem[];
}

export const defaultMaxDepth = 64;
const maxFields = 4_096;
/** Stretches of one line that may turn out to be no envelope; each costs a thrown error or an object. */
const maxVainAttempts = 1_000;
const objectStart = '{"';

/**
 * Says what a line holds. Never throws; linear in the length of the line.
 *
 * 1. A line without `{"` is one raw event (Event Format "Payload").
 * 2. Else what stands before the first `{"` is dropped (`<01>- hostname `, `<01> @cee: `), and so is
 *    what stands between and after envelopes; all envelopes on the line are taken.
 * 3. A stretch between envelopes that begins with `{"` and is no envelope is a raw event.
 * 4. A line with no envelope at all is one raw event: the whole line, its JSON escapes undone.
 *
 *     <01>- ep1 {"payload":"a"} , {"payload":"b {"payload":"c"}
 *     → envelope "a", raw `{"payload":"b `, envelope "c"; malformed_json
 */
export function decodeLine(
  bytes: Uint8Array,
  start: number,
  end: number,
  options: DecodeOptions = {},
): DecodedLine {
  const line = asBuffer(bytes).subarray(start, end);
  const problems: DecodeProblem[] = [];
  if (!isUtf8(line)) problems.push('invalid_utf8');
  const first = line.indexOf(objectStart);
  if (first === -1) {
    return { events: [{ kind: 'raw', text: line.toString('utf8') }], problems };
  }
  const events = decodeObjects(line, first, options, problems);
  if (events.length === 0) events.push(rawEvent(line, 0, line.length));
  return { events, problems };
}

/** The envelopes of a line and the raw stretches between them; empty when there is no envelope. */
function decodeObjects(
  line: Buffer,
  first: number,
  options: DecodeOptions,
  problems: DecodeProblem[],
): DecodedEvent[] {
  const events: DecodedEvent[] = [];
  const names = standardNamesOf(options.keys);
  // Bytes that may be measured in vain before the rest is given up: keeps the whole linear.
  let budget = 4 * line.length;
  let vainAttempts = 0;
  let rawStart = -1;
  let at = first;
  while (at !== -1 && budget >= 0 && vainAttempts < maxVainAttempts) {
    const piece = decodeObject(line, at, options.maxDepth ?? defaultMaxDepth, names, problems);
    if (piece.envelope !== undefined) {
      if (rawStart !== -1) events.push(rawEvent(line, rawStart, at));
      rawStart = -1;
      events.push(piece.envelope);
    } else {
      budget -= piece.measured;
      vainAttempts += 1;
      if (rawStart === -1) rawStart = at;
    }
    at = line.indexOf(objectStart, piece.next);
  }
  if (rawStart !== -1 && events.length > 0) events.push(rawEvent(line, rawStart, line.length));
  return events;
}

interface Piece {
  readonly envelope: DecodedEvent | undefined;
  /** Where to look for the next object. */
  readonly next: number;
  /** Bytes looked at. */
  readonly measured: number;
}

function decodeObject(
  line: Buffer,
  at: number,
  maxDepth: number,
  standardNames: ReadonlyMap<string, string>,
  problems: DecodeProblem[],
): Piece {
  const span = measureObject(line, at);
  const end = span.end ?? line.length;
  const measured = end - at;
  const problem =
    span.depth > maxDepth ? 'too_deep' : span.fields > maxFields ? 'too_many_fields' : undefined;
  if (problem !== undefined) {
    note(problem, problems);
    return { envelope: undefined, next: end, measured };
  }
  const text = span.end === undefined ? undefined : line.toString('utf8', at, end);
  const parsed = text === undefined ? undefined : parseObject(text, span.fields, problems);
  if (parsed === undefined) {
    note('malformed_json', problems);
    // An unfinished object may hide a whole one behind it.
    return { envelope: undefined, next: at + objectStart.length, measured };
  }
  if (parsed.hasRepeatedNames) note('repeated_names', problems);
  return { envelope: toEnvelope(parsed, standardNames), next: end, measured };
}

function note(problem: DecodeProblem, problems: DecodeProblem[]): void {
  if (!problems.includes(problem)) problems.push(problem);
}

function parseObject(
  text: string,
  fieldCount: number,
  problems: DecodeProblem[],
): ParsedObject | undefined {
  const of = (parsed: object, json: string): ParsedObject => {
    return { parsed, json, hasRepeatedNames: Object.keys(parsed).length < fieldCount };
  };
  const parsed = tryParse(text);
  if (parsed !== undefined) return of(parsed, text);
  if (!/[\u0000-\u001f]/.test(text)) return undefined;
  const json = escapeControls(text);
  const repaired = tryParse(json);
  if (repaired === undefined) return undefined;
  note('control_characters', problems);
  return of(repaired, json);
}

function tryParse(text: string): object | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null ? parsed : undefined;
  } catch {
    return undefined;
  }
}

function rawEvent(line: Buffer, start: number, end: number): DecodedEvent {
  return { kind: 'raw', text: undoEscapes(line.toString('utf8', start, end)) };
}

const noNames: ReadonlyMap<string, string> = new Map();

/** Those of the options used last: there is one set of options until a reload. */
let lastNames: { readonly keys: object; readonly names: ReadonlyMap<string, string> } | undefined;

function standardNamesOf(keys: DecodeOptions['keys']): ReadonlyMap<string, string> {
  if (keys === undefined) return noNames;
  if (lastNames?.keys !== keys) {
    const pairs = Object.entries(keys).map(([name, renamed]) => [renamed, name] as const);
    lastNames = { keys, names: new Map(pairs) };
  }
  return lastNames.names;
}
