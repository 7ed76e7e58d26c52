import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { startDetecting } from './support/detecting.js';
import type { DetectingService } from './support/detecting.js';

/** Bytes that are no text, or text that breaks lines, terminals or parsers. */
const hostile: Readonly<Record<string, readonly number[]>> = {
  'a byte that begins nothing': [0xff],
  'a lone continuation byte': [0x80],
  'many continuation bytes': [0xbf, 0xbf, 0xbf, 0xbf, 0xbf],
  'two bytes, the second missing': [0xc3],
  'three bytes, the third missing': [0xe2, 0x82],
  'four bytes, two missing': [0xf0, 0x9f],
  'four bytes, one missing': [0xf0, 0x9f, 0x98],
  'an overlong slash of two bytes': [0xc0, 0xaf],
  'an overlong slash of three bytes': [0xe0, 0x80, 0xaf],
  'an overlong slash of four bytes': [0xf0, 0x80, 0x80, 0xaf],
  'an overlong NUL': [0xc0, 0x80],
  'an overlong line feed': [0xc0, 0x8a],
  'a high surrogate': [0xed, 0xa0, 0x80],
  'a low surrogate': [0xed, 0xb0, 0x80],
  'a pair of surrogates, each encoded': [0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80],
  'beyond the last code point': [0xf4, 0x90, 0x80, 0x80],
  'a form of five bytes': [0xf8, 0x88, 0x80, 0x80, 0x80],
  'a form of six bytes': [0xfc, 0x84, 0x80, 0x80, 0x80, 0x80],
  'a byte order mark': [0xef, 0xbb, 0xbf],
  'a byte order mark of UTF-16': [0xff, 0xfe],
  'a non-character': [0xef, 0xbf, 0xbf],
  NUL: [0],
  'many NULs': [0, 0, 0, 0, 0, 0, 0, 0],
  'a bell': [7],
  'a backspace': [8],
  'a vertical tab': [0x0b],
  'a form feed': [0x0c],
  'a carriage return': [0x0d],
  'an escape sequence of terminals': [...Buffer.from('\x1b[2J\x1b]0;x\x07')],
  DEL: [0x7f],
  'a next line as a byte': [0x85],
  'a next line': [0xc2, 0x85],
  'a line separator': [0xe2, 0x80, 0xa8],
  'a paragraph separator': [0xe2, 0x80, 0xa9],
  'a change of direction': [0xe2, 0x80, 0xae],
  'a blank of no width': [0xe2, 0x80, 0x8b],
  'a TAB, which separates attributes': [9],
  'what a LEEF header begins with': [...Buffer.from('LEEF:1.0|x|y|1|z|')],
};

/** Where the bytes stand in an event that names `host`. */
const places: Readonly<
  Record<string, (bytes: Buffer, host: string) => readonly (Buffer | string)[]>
> = {
  'before everything': (bytes, host) => [bytes, ` url=http://${host}/ end`],
  'behind everything': (bytes, host) => [`url=http://${host}/ `, bytes],
  'in a word of its own': (bytes, host) => [`a=b ${'x'.repeat(70)} `, bytes, ` http://${host}/`],
  'in the payload of an envelope': (bytes, host) => [
    '<01>- ep1 {"payload":"',
    bytes,
    ` http://${host}/ ","logSource":"x"}`,
  ],
  'in a field that messages show': (bytes, host) => [
    '{"usrName":"',
    bytes,
    `","payload":"http://${host}/"}`,
  ],
  'around and around': (bytes, host) => [
    ...Array.from({ length: 40 }, () => bytes),
    ` http://${host}/ `,
    ...Array.from({ length: 40 }, () => bytes),
  ],
};

const cases = Object.entries(hostile).flatMap(([what, bytes], first) =>
  Object.entries(places).map(([where, make], second) => {
    const host = `h${first}p${second}.evil.example`;
    const parts = make(Buffer.from(bytes), host).map((part) => Buffer.from(part));
    return { name: `${what}, ${where}`, host, event: Buffer.concat([...parts, Buffer.of(10)]) };
  }),
);

/** A line of its own after each case, to see that none swallows or splits its neighbours. */
const neighbour = (at: number): Buffer => Buffer.from(`http://n${at}.evil.example/\n`);

describe('bytes that are no text', () => {
  let detecting: DetectingService;
  const counts = new Map<string, number>();
  let output = '';

  beforeAll(async () => {
    detecting = await startDetecting('matching: { workers: 0 }\n');
    await detecting.send(Buffer.concat(cases.flatMap(({ event }, at) => [event, neighbour(at)])));
    const due = cases.length * 2;
    await detecting.service.until(() => detecting.detections().length >= due, 'all detections');
    output = detecting.service.stdout();
    for (const { attributes } of detecting.detections()) {
      const host = /[hn]\d+(?:p\d+)?\.evil\.example/.exec(attributes['url'] ?? '')?.[0] ?? 'none';
      counts.set(host, (counts.get(host) ?? 0) + 1);
    }
  }, 60_000);

  afterAll(async () => {
    expect(await detecting.stop()).toBe(0);
  });

  test('are more than 200 cases', () => {
    expect(cases.length).toBeGreaterThanOrEqual(200);
  });

  test('hide no indicator beside them and make none: one detection for each event, no other', () => {
    const missing = cases.filter(({ host }) => counts.get(host) !== 1).map(({ name }) => name);
    expect(missing).toEqual([]);
    const neighbours = cases.filter((_, at) => counts.get(`n${at}.evil.example`) !== 1);
    expect(neighbours.map(({ name }) => name)).toEqual([]);
    expect(counts.size).toBe(cases.length * 2);
  });

  test('never reach the collector: its lines are text without control characters', () => {
    expect(output.match(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029]/g)).toBeNull();
    expect(output).not.toMatch(/\p{Surrogate}/u);
  });

  test('are counted', async () => {
    expect(
      await detecting.metric('tf_envelope_problems_total{reason="invalid_utf8"}'),
    ).toBeGreaterThan(90);
    expect(await detecting.metric('tf_events_total{outcome="matched"}')).toBe(cases.length * 2);
  });
});
