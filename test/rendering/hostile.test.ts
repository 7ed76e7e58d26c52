import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import type { Observable, Outcome } from '../../forwarder/core/index.js';
import { buildDetections } from '../../forwarder/detection/index.js';
import { readLeef } from '../support/leef.js';
import { bytesOf, detectedAtMs, feedNamed, lineOf, rendererWith } from './support.js';

/** Written apart from the code under test: one character after the other. */
function sanitised(text: string): string {
  let result = '';
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    const isControl = code < 0x20 || (code >= 0x7f && code < 0xa0);
    const isBroken = code === 0x2028 || code === 0x2029 || (code >= 0xd800 && code <= 0xdfff);
    result += isControl || isBroken ? ' ' : character;
  }
  return result.trim() === '' ? '-' : result.trim();
}

function sanitisedKey(name: string): string {
  const key = [...Array(Math.min(255, name.length)).keys()]
    .map((index) => (/[0-9A-Za-z_]/.test(name.charAt(index)) ? name.charAt(index) : '_'))
    .join('');
  return key === '' ? '_' : key;
}

/** Everything of a detection that an event or a feed decides. */
interface Fields {
  readonly category: string;
  readonly matched: string;
  readonly ip: string;
  readonly md5: string;
  readonly usrName: string;
  readonly src: string;
  readonly devTime: string;
  readonly feedName: string;
  readonly indicator: string;
  readonly source: string;
  readonly rule: string;
  readonly contextName: string;
  readonly contextValue: string;
}

const harmless: Fields = {
  category: 'KL_Test_URL',
  matched: 'http://a.example/x',
  ip: '192.0.2.1',
  md5: '00112233445566778899aabbccddeeff',
  usrName: 'someone',
  src: '192.0.2.2',
  devTime: '1752142212000',
  feedName: 'Test',
  indicator: 'a.example/*',
  source: 'default',
  rule: 'RE_URL',
  contextName: 'mask',
  contextValue: 'a.example/*',
};
const fieldNames = Object.keys(harmless) as (keyof Fields)[];

function outcomeOf(fields: Fields): Outcome {
  const observable: Observable = {
    kind: 'url',
    rule: fields.rule,
    text: fields.matched,
    value: fields.matched,
    host: 'a.example',
    hostText: 'a.example',
  };
  const feed = feedNamed('Test');
  const [detection] = buildDetections(
    [
      {
        observable,
        indicator: { kind: 'url', value: fields.indicator },
        feed: {
          ...feed,
          name: fields.feedName,
          categories: { ...feed.categories, url: fields.category },
        },
        context: [
          ['id', '1'],
          [fields.contextName, fields.contextValue],
          ['last', 'one'],
        ],
      },
    ],
    {
      source: fields.source,
      values: new Map([
        ['RE_IP', fields.ip],
        ['RE_MD5', fields.md5],
        ['RE_USERNAME', fields.usrName],
        ['SRC_IP', fields.src],
        ['DEV_TIME', fields.devTime],
      ]),
    },
    { number: 1, digest: '' },
    detectedAtMs,
  );
  if (detection === undefined) throw new Error('no detection');
  return { kind: 'detect', detection };
}

/** What must be read back when nothing had to be left out. */
function expectedOf(fields: Fields): Record<string, string> {
  const isAddress = fields.src === harmless.src;
  const isTime = fields.devTime === harmless.devTime;
  // Of rules with one name the causing one counts.
  const valueOf = (rule: string, value: string) => (fields.rule === rule ? fields.matched : value);
  const expected = Object.assign(Object.create(null) as Record<string, string>, {
    devTime: String(detectedAtMs),
    sev: '8',
    ...(isTime ? { eventTime: fields.devTime } : {}),
    url: sanitised(fields.matched),
    ip: sanitised(valueOf('RE_IP', fields.ip)),
    md5: sanitised(valueOf('RE_MD5', fields.md5)),
    sha1: '-',
    sha256: '-',
    usrName: sanitised(valueOf('RE_USERNAME', fields.usrName)),
    ...(isAddress ? { src: fields.src } : {}),
    matchedIndicator: sanitised(fields.matched),
    confidence: '100',
    id: '1',
  });
  const taken = [
    'category',
    'truncated',
    'cat',
    'src',
    'dst',
    'eventTime',
    ...Object.keys(expected),
  ];
  const key = sanitisedKey(fields.contextName);
  const name = taken.includes(key) && key !== 'id' ? `feed_${key}` : key;
  if (!(name in expected)) expected[name] = sanitised(fields.contextValue);
  if (!('last' in expected)) expected['last'] = 'one';
  return expected;
}

const hostile: readonly (readonly [string, string])[] = [
  ['TAB', 'a\tsev=1\tforged=1'],
  ['LF', 'a\n<134>Jul 10 10:10:14 KL_Threat_Feed_Service_V2 LEEF:1.0|a|b|c|d|e=f'],
  ['CR', 'a\rb'],
  ['CR LF', 'a\r\n\r\nb'],
  ['NUL', 'a\0b'],
  ['vertical tab and form feed', 'a\u000b\u000cb'],
  ['BEL and ESC', '\u0007\u001b]0;title\u0007\u001b[2J'],
  ['DEL', 'a\u007fb'],
  ['NEL', 'a\u0085b'],
  ['line separator', 'a\u2028forged=1'],
  ['paragraph separator', 'a\u2029forged=1'],
  ['pipe', '|a|b|'],
  ['equals', '=a=b='],
  ['backslashes', 'a\\tb\\nc\\|d\\=e\\'],
  ['a LEEF header', 'LEEF:1.0|Kaspersky Lab|Threat Feed Service|2.0|KL_Forged|url=x'],
  ['a LEEF 2.0 header', 'LEEF:2.0|a|b|c|d|^|e=f^g=h'],
  ['a priority', '<134>Jul 10 10:10:14 host x'],
  ['caret', 'a^b'],
  ['bidi override', 'a\u202Egpj.exe\u202C\u2066b\u2069'],
  ['byte order mark', '\uFEFFa\uFEFF'],
  ['a lone high surrogate', 'a\ud83d'],
  ['a lone low surrogate', '\ude00a'],
  ['an emoji', '😀'],
  ['Cyrillic', 'Иван Петров'],
  ['a template', '{{constructor.constructor "return process"}}{{{event}}}{{> evil}}'],
  ['an old pattern', '%EVENT%%CONTEXT%'],
  ['__proto__', '__proto__'],
  ['constructor', 'constructor'],
  ['toString', 'toString'],
  ['HTML', '<script>alert("1")</script>&amp;\'`'],
  ['one of our keys', 'matchedIndicator'],
  ['the key of a QRadar field', 'src'],
  ['empty', ''],
  ['only controls', '\t\r\n\0'],
  ['comma', 'a,b'],
  ['an IPv6 address', '2001:db8::1%eth0'],
];

const wide = rendererWith({ maxMessageBytes: 20_000 });

function check(fields: Fields): void {
  const line = lineOf(wide.render(outcomeOf(fields)));
  expect(line).not.toMatch(/[\r\n\0\u0085\u2028\u2029]/);
  expect(line).not.toMatch(/\p{Surrogate}/u);
  const event = readLeef(line);
  expect(event).toMatchObject({
    host: 'KL_Threat_Feed_Service_V2',
    vendor: 'Kaspersky Lab',
    product: 'Threat Feed Service',
    version: '2.0',
  });
  const expected = expectedOf(fields);
  if (fields.category === harmless.category) expect(event.eventId).toBe(fields.category);
  else expect(event.eventId).toMatch(/^[ -{}~]{1,255}$/);
  // The severity follows from the category.
  expected['sev'] = event.attributes['sev'] ?? '';
  expect(expected['sev']).toMatch(/^(?:[1-9]|10)$/);
  expect(Object.entries(event.attributes)).toEqual(Object.entries(expected));
}

describe.each(fieldNames)('hostile text in %s', (field) => {
  test.each(hostile)('%s', (_name, text) => {
    check({ ...harmless, [field]: text });
  });
});

describe('any text', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.constantFrom(...hostile.map(([, each]) => each)),
  );
  const anyFields = fc.record(
    Object.fromEntries(fieldNames.map((name) => [name, fc.option(text)])) as Record<
      keyof Fields,
      fc.Arbitrary<string | null>
    >,
  );

  test('in every field at once: exactly the expected fields are read back', () => {
    fc.assert(
      fc.property(anyFields, (given) => {
        const entries = fieldNames.map((name) => [name, given[name] ?? harmless[name]]);
        check(Object.fromEntries(entries) as Fields);
      }),
      { numRuns: 500 },
    );
  });

  test('in status and evaluation messages', () => {
    fc.assert(
      fc.property(text, text, text, (event, name, value) => {
        for (const kind of ['status', 'evaluation'] as const) {
          const context = [[name, value] as const];
          const outcome = { kind, event, context, atMs: detectedAtMs, number: 1 } as Outcome;
          const line = lineOf(wide.render(outcome));
          expect(line).not.toMatch(/[\r\n\0\u0085\u2028\u2029]/);
          const read = readLeef(line);
          const [own] = Object.keys(read.attributes).slice(2);
          expect(own).toMatch(/^[A-Za-z0-9_]+$/);
          expect(read.attributes[own ?? '']).toBe(sanitised(value));
        }
      }),
    );
  });
});

describe('any length', () => {
  const piece = fc.oneof(
    fc.constantFrom('a', 'ä', '€', '😀', '\t', '\n', '\ud83d', ' ', '|', '='),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 5 }),
  );
  const long = fc
    .tuple(piece, fc.integer({ min: 0, max: 3000 }))
    .map(([part, count]) => part.repeat(count));
  const limits = fc.constantFrom(1000, 1024, 4000);

  test('no line is above its limit, and what is left is true', () => {
    fc.assert(
      fc.property(
        fc.tuple(long, long, long, long),
        fc.array(fc.tuple(fc.string({ maxLength: 20 }), long), { maxLength: 8 }),
        limits,
        ([matched, usrName, ip, category], context, maxMessageBytes) => {
          const fields = { ...harmless, matched, usrName, ip, category };
          const outcome = outcomeOf(fields);
          if (outcome.kind !== 'detect') throw new Error(outcome.kind);
          const detection = {
            ...outcome.detection,
            match: { ...outcome.detection.match, context },
          };
          const renderer = rendererWith({ maxMessageBytes });
          const line = lineOf(renderer.render({ kind: 'detect', detection }));
          expect(bytesOf(line)).toBeLessThanOrEqual(maxMessageBytes);
          expect(line).not.toMatch(/\p{Surrogate}|\ufffd/u);
          const read = readLeef(line);
          const { attributes } = read;
          const whole = sanitised(matched);
          const isWhole = attributes['matchedIndicator'] === whole;
          expect(isWhole || attributes['truncated'] === '1').toBe(true);
          const start = attributes['matchedIndicator'] ?? '';
          expect(start === '-' || whole.startsWith(start)).toBe(true);
          for (const key of ['devTime', 'sev', 'url', 'ip', 'md5', 'usrName', 'confidence']) {
            expect(attributes).toHaveProperty(key);
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});
