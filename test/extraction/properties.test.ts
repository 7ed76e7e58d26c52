import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import type { DecodedEvent } from '../../forwarder/core/index.js';
import { createExtractor } from '../../forwarder/extraction/index.js';
import type { ExtractionOptions } from '../../forwarder/extraction/index.js';
import { decodeLine } from '../../forwarder/intake/index.js';
import { createIndexBuilder, matchExtraction } from '../../forwarder/matching/index.js';
import { createScanner } from '../../forwarder/scanning/index.js';

import { feedInfo } from '../matching/feeds.js';
import { feed, textFor } from '../property/lines.js';
import { fuzzRuns } from '../support/fuzz-runs.js';
import { peer, raw } from './support.js';

const rules = [
  { name: 'RE_URL', kind: 'URL', pattern: '(?i)url=(\\S*)', extract: 'all' },
  { name: 'HOST', kind: 'DOMAIN', pattern: '([\\w.-]+)', extract: 'all' },
  { name: 'ADDRESS', kind: 'IP', keys: ['src', 'Custom', 'payload'] },
  { name: 'ANY', kind: 'HASH', pattern: '([0-9a-fA-F]+)', extract: 'all' },
  { name: 'JOINED', kind: 'URL', pattern: '(\\w+)[^\\w]+(\\w*)', concatenate: '#1.test/#2\\##3' },
  { name: 'EMPTY', pattern: 'x*', extract: 'all' },
] as const;

const everyOption: readonly ExtractionOptions[] = [
  {},
  { urlProperties: '', indicatorProperties: [{ pattern: 'o', kind: 'HASH' }] },
  {
    sources: [
      {
        name: 'a',
        pattern: 'a.*1',
        ignore: ['^zz'],
        rules,
        replace: [{ pattern: 'b|^', with: '\\1\\s' }],
      },
    ],
  },
  { sources: [{ name: 'default', rules }] },
];
const extractors = everyOption.map((options) => createExtractor(options));

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.string({ maxLength: 200 }),
  feed.chain(textFor),
  feed.chain((indicators) =>
    fc.array(textFor(indicators), { maxLength: 5 }).map((texts) => texts.join(' ')),
  ),
);
const name = fc.oneof(
  fc.constantFrom('src', 'dst', 'srcIPv6', 'usrName', 'URL', 'Custom', 'MD5 Hash', '__proto__', ''),
  fc.string({ maxLength: 10 }),
);
const event: fc.Arbitrary<DecodedEvent> = fc.oneof(
  text.map(raw),
  fc.tuple(fc.array(fc.tuple(name, text), { maxLength: 6 }), text).map(([fields, payload]) => ({
    kind: 'envelope' as const,
    fields: new Map([...fields, ['payload', payload]]),
    payload,
  })),
);

/** All texts of an event in which something may stand. */
function textsOf(decoded: DecodedEvent): readonly string[] {
  return decoded.kind === 'raw' ? [decoded.text] : [...decoded.fields.values()];
}

describe('whatever the event', () => {
  test('nothing throws, observables are distinct and stand in the event, explain agrees', () => {
    fc.assert(
      fc.property(event, (decoded) => {
        for (const extractor of extractors) {
          const extraction = extractor.extract(decoded, peer);
          const { observables, values } = extraction;
          const identities = observables.map(({ kind, value }) => `${kind} ${value}`);
          expect(new Set(identities).size).toBe(identities.length);
          for (const { rule } of observables) expect(values.has(rule)).toBe(true);
          for (const value of values.values()) expect(value.trim()).not.toBe('');
          const { source, isIgnored, found, ...explained } = extractor.explain(decoded, peer);
          expect({
            source,
            isIgnored,
            observables: explained.observables,
            values: explained.values,
          }).toEqual(extraction);
          expect(found.map(({ observable }) => observable)).toEqual(observables);
        }
      }),
      { numRuns: fuzzRuns(400) },
    );
  });

  test('what the built-in source finds stands where explain says, letter for letter', () => {
    fc.assert(
      fc.property(event, (decoded) => {
        for (const extractor of extractors.slice(0, 2)) {
          const { found, values } = extractor.explain(decoded, peer);
          for (const { observable, field, offset } of found) {
            const where =
              decoded.kind === 'raw'
                ? decoded.text
                : (decoded.fields.get(field) ?? 'no such field');
            expect(where.startsWith(observable.text, offset)).toBe(true);
          }
          const { DEV_TIME, ...texts } = Object.fromEntries(values);
          expect(DEV_TIME ?? '1752142212000').toMatch(/^\d{13}$/);
          for (const value of Object.values(texts)) {
            expect(textsOf(decoded).some((whole) => whole.includes(value))).toBe(true);
          }
        }
      }),
      { numRuns: fuzzRuns(400) },
    );
  });

  test('there are no more findings than places for them', () => {
    fc.assert(
      fc.property(event, (decoded) => {
        const length = textsOf(decoded).reduce((sum, one) => sum + one.length, 0);
        const { found, ignored } = extractors[0]!.explain(decoded, peer);
        // The shortest finding is `::`, or `a.b`; src= and dst= name an address a second time.
        expect(found.length + ignored.length).toBeLessThanOrEqual(length / 2 + 3);
      }),
      { numRuns: fuzzRuns(400) },
    );
  });

  test('the same event gives the same extraction', () => {
    fc.assert(
      fc.property(event, (decoded) => {
        for (const [index, extractor] of extractors.entries()) {
          const fresh = createExtractor(everyOption[index]);
          expect(fresh.extract(decoded, peer)).toEqual(extractor.extract(decoded, peer));
        }
      }),
      { numRuns: fuzzRuns(100) },
    );
  });
});

describe('texts made to cost time', () => {
  const size = 1 << 20;
  test.each([
    'http://',
    'http://a.test/(',
    'http://:x,',
    'url=',
    'url=http://',
    'url=a.test,',
    'user=- ',
    'user=',
    'LEEF:2.0|',
    ':',
    '::',
    'a:',
    '1:2:',
    '.',
    'a.',
    '1.',
    '1.2.3.',
    '-',
    'a',
    'f',
    'é',
    '=',
    ' ',
    ',http://',
    '\tuser=a ',
    'src=',
    'devTime=1 ',
    "usrName='",
    '(',
    ')',
    '[',
    'xn--.',
    'é.',
    'http://é.',
    '。',
  ])('a megabyte of %j', (piece) => {
    const long = piece.repeat(Math.ceil(size / piece.length));
    const { observables } = extractors[0]!.extract(raw(long), peer);
    expect(observables.length).toBeLessThan(size);
  });
});

describe('the scanner knows all that the pairs of a payload can hold', () => {
  const header = fc.constantFrom(
    '',
    'a=1\t',
    'LEEF:1.0|V|P|1|id|',
    ...['^', 'x7C', '0x3b', ',', '\\', "'", '~'].map((part) => `LEEF:2.0|V|P|1|id|${part}|`),
  );
  const key = fc.constantFrom(
    'url=',
    'request=',
    'src=',
    'dst=',
    'user=',
    'x=',
    ',http://',
    ';https://',
    '',
  );
  const end = fc.constantFrom(
    '^',
    '\t',
    '|',
    ',',
    ';',
    ' ',
    '"',
    '.',
    ':',
    '\\',
    '.:',
    '~',
    "'",
    '',
  );
  const cases = feed.chain((indicators) =>
    fc.tuple(
      fc.constant(indicators),
      header,
      fc.array(fc.tuple(key, textFor(indicators), end), { minLength: 1, maxLength: 4 }),
      fc.boolean(),
    ),
  );

  test('a line that it lets go holds nothing', () => {
    const counts = { hits: 0, letGo: 0 };
    fc.assert(
      fc.property(cases, ([indicators, head, parts, isJson]) => {
        const builder = createIndexBuilder();
        const number = builder.addFeed(feedInfo('A'));
        for (const indicator of indicators) {
          builder.addRecord(number, { indicators: [indicator], context: [] });
        }
        const { index, filter } = builder.build();
        const payload = head + parts.flat().join('');
        const json = JSON.stringify({ type: 'Event', payload, URL: parts[0]?.[1] });
        const line = new TextEncoder().encode(isJson ? json : payload);
        const { events } = decodeLine(line, 0, line.length);
        const limits = { perEventDetectionLimit: 100 };
        const matches = events.flatMap(
          (decoded) =>
            matchExtraction(extractors[0]!.extract(decoded, peer), index, limits).matches,
        );
        if (matches.length > 0) counts.hits++;
        if (createScanner(filter, { watchWords: [] }).scan(line, 0, line.length) !== 0) return;
        counts.letGo++;
        expect(matches).toEqual([]);
      }),
      { numRuns: fuzzRuns(400) },
    );
    expect(counts.hits).toBeGreaterThan(50);
    expect(counts.letGo).toBeGreaterThan(10);
  });
});
