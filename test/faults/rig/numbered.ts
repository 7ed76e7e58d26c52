import type { Message } from '../../../forwarder/core/index.js';

/**
 * Numbered messages: everything in a message follows from its stream and its number, so that a line
 * in a collector's file can be judged alone: whole, cut short, or never sent by anyone.
 */
const start = 'LEEF:1.0|Kaspersky Lab|Threat Feed Service|2.0|KL_Rig_Message|rig=';
const numberDigits = 9;
const words = 'every body follows from its number and is compared byte for byte with it ';
const padding = words.repeat(4);

/** A letter names each sender of a test; one collector may serve several. */
export type Stream = string;

/** 32 bits that follow from stream and number (an avalanche of multiplications, as in MurmurHash3). */
export function checkOf(stream: Stream, number: number): number {
  let hash = Math.imul(number ^ Math.imul(stream.charCodeAt(0), 0x9e3779b1), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** `a-000000017-1f2e3d4c`: names stream and number, and shows that the number was not garbled. */
export function nameOf(stream: Stream, number: number): string {
  const check = checkOf(stream, number).toString(16).padStart(8, '0');
  return `${stream}-${String(number).padStart(numberDigits, '0')}-${check}`;
}

/** The body of a numbered message: 130 to 330 bytes, by its number. */
export function bodyOf(stream: Stream, number: number): string {
  const length = 40 + (checkOf(stream, number) % 200);
  return `${start}${nameOf(stream, number)}\ttext=${padding.slice(0, length)}`;
}

/** A numbered message as delivery takes it. */
export function numberedMessage(stream: Stream, number: number): Message {
  return {
    id: nameOf(stream, number),
    kind: 'detect',
    event: 'KL_Rig_Message',
    atMs: Date.now(),
    body: bodyOf(stream, number),
  };
}

/** What a collector's line is. */
export type Identity =
  | { readonly kind: 'numbered'; readonly stream: Stream; readonly number: number }
  /** The begin of a message: its connection was cut in the middle, and the collector wrote that. */
  | { readonly kind: 'cut' }
  /** Not of a numbered stream: a status event of the service. */
  | { readonly kind: 'other' }
  | { readonly kind: 'alien' };

const header = /^<\d{1,3}>[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \S+ /;
const named = /([a-z])-(\d{9})-([0-9a-f]{8})/;

/** Judges a line of a collector: it must be a syslog header and a body that follows from its number. */
export function identifyMessage(line: string): Identity {
  const head = header.exec(line)?.[0];
  if (head === undefined) return { kind: isCutHeader(line) ? 'cut' : 'alien' };
  const body = line.slice(head.length);
  if (start.startsWith(body)) return { kind: 'cut' };
  if (!body.startsWith(start)) return { kind: 'alien' };
  const name = named.exec(body.slice(start.length, start.length + 20));
  if (name === null) return { kind: isCutName(body.slice(start.length)) ? 'cut' : 'alien' };
  const [, stream = '', digits = ''] = name;
  const number = Number(digits);
  const whole = bodyOf(stream, number);
  if (body === whole) return { kind: 'numbered', stream, number };
  return { kind: whole.startsWith(body) ? 'cut' : 'alien' };
}

/** The number named in a text of an event or detection; undefined when there is none that is whole. */
export function findName(
  text: string,
): { readonly stream: Stream; readonly number: number } | undefined {
  const name = named.exec(text);
  if (name === null) return undefined;
  const [whole, stream = '', digits = ''] = name;
  const number = Number(digits);
  return nameOf(stream, number) === whole ? { stream, number } : undefined;
}

function isCutHeader(line: string): boolean {
  return line.length < 64 && /^<(\d{1,3}(>[A-Za-z0-9 :_.-]*)?)?$/.test(line);
}

function isCutName(text: string): boolean {
  return text.length < 20 && /^[a-z](-(\d{0,9}(-[0-9a-f]{0,8})?)?)?$/.test(text);
}
