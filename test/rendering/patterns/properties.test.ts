import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { decodeLeef } from '../../../dsm/leef/decode.js';
import type { ContextField } from '../../../forwarder/core/index.js';
import { statusOutcome } from '../../../forwarder/detection/index.js';
import { bytesOf, detectedAtMs, sampleUrl } from '../support.js';
import { lineWith, patternsWith } from './support.js';
import type { PatternSample } from './support.js';

const breaking = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u2028\u2029]/;

/** Anything that an event or a feed may hold, with a liking for what means something to a reader. */
const value = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.string({
    unit: fc.constantFrom('|', '=', ';', '\\', '%', '\t', '\r', '\n', '\u2028', '\u0085', ' ', 'a'),
    maxLength: 20,
  }),
  fc.constantFrom(
    '%Category%',
    '%RecordContext%%%MatchedIndicator%',
    'a\n<134>Jul 10 10:10:14 host LEEF:1.0|a|b|c|KL_Forged|x=y',
    'CEF:0|a|b|c|d|e|9| reason=forged',
    '|Category=forged',
    '\ud800',
    'x\udc00',
    '<script>"&\'',
    '',
  ),
);
const name = fc.oneof(value, fc.constantFrom('mask', 'whois/country', 'whois/name', 'id'));
const fields: fc.Arbitrary<readonly ContextField[]> = fc.array(fc.tuple(name, value), {
  maxLength: 6,
});
const sample: fc.Arbitrary<PatternSample> = fc
  .record({
    matched: value,
    category: value,
    source: value,
    user: value,
    context: fields,
    actionable: fields,
  })
  .map(({ matched, user, ...rest }) => ({
    ...rest,
    observable: { ...sampleUrl, text: matched },
    values: { RE_URL: matched, RE_USERNAME: user },
  }));

const names = [
  'Category',
  'MatchedIndicator',
  'RecordContext',
  'ActionableFields',
  'Confidence',
  'SourceId',
  'IndicatorInfo',
  'Date',
  'EVENT',
  'CONTEXT',
  'DATE',
  'RE_URL',
  'RE_USERNAME',
  'RE_HASH',
  'Nothing.at-all_1',
  'Имя',
];

test('no pattern of a format is ever left as it is', () => {
  const piece = fc.oneof(
    fc.constantFrom(...names).map((one) => `%${one}%`),
    fc.stringMatching(/^[a-zA-Z0-9 =|;:]{0,8}$/),
  );
  const format = fc.array(piece, { minLength: 1, maxLength: 8 }).map((pieces) => pieces.join(''));
  const plain = { context: [['mask', 'x'] as const], actionable: [['cs1', 'y'] as const] };
  fc.assert(
    fc.property(format, format, (eventFormat, alertFormat) => {
      fc.pre(eventFormat !== '');
      expect(lineWith({ eventFormat }, plain)).not.toContain('%');
      const renderer = patternsWith({
        eventFormat,
        alertFormat,
        finishedEventFormat: alertFormat,
      });
      const alert = statusOutcome('KL_ALERT_UpdatedFeed', [['feed', 'x']], detectedAtMs, 1);
      expect(renderer.render(alert).body).not.toContain('%');
      const finished = { ...alert, kind: 'evaluation' as const, event: 'LookupFinished' };
      expect(renderer.render(finished).body).not.toContain('%');
    }),
  );
});

test('a value is never read as a pattern, and a lone % is text', () => {
  const piece = fc.constantFrom('%', '%%', ' ', 'a', '%Category%', '%RE_URL%', '%X%', 'RE_URL');
  const format = fc.array(piece, { minLength: 1, maxLength: 10 }).map((pieces) => pieces.join(''));
  const texts = fc.constantFrom('%', '%%', '%RE_URL%', 'RE_URL%', '%Category', 'plain');
  fc.assert(
    fc.property(format, texts, texts, (eventFormat, category, url) => {
      const values: Readonly<Record<string, string>> = { Category: category, RE_URL: url };
      // Written apart from the code under test: one pass over the format's own text.
      const expected = eventFormat.replace(/%(\w+)%/g, (_, one: string) => values[one] ?? '-');
      const line = lineWith({ eventFormat }, { category, values: { RE_URL: url } });
      expect(line).toBe(expected);
    }),
  );
});

describe('whatever the values hold', () => {
  const everything = names.map((one) => `%${one}%`).join(' ');

  test.each(['none', 'leef', 'cef', 'html'] as const)(
    'escape %s gives one clean line',
    (escape) => {
      const nested = fc.constantFrom('underscore' as const, 'dots' as const, 'tracer' as const);
      const order = fc.constantFrom('name' as const, 'record' as const);
      fc.assert(
        fc.property(sample, nested, order, (one, nestedAs, orderBy) => {
          const options = { eventFormat: everything, escape, nested: nestedAs, order: orderBy };
          const line = lineWith(options, one);
          expect(line).not.toMatch(breaking);
          expect(line).not.toContain('\t');
          expect(isWellFormed(line)).toBe(true);
          if (escape === 'html') expect(line).not.toMatch(/[<>"']|&(?!\w+;|#39;)/);
        }),
      );
    },
  );

  test('LEEF has the header and the keys that the format has', () => {
    const options = {
      eventFormat:
        '%RE_USERNAME% host LEEF:1.0|V|%SourceId%|1|%Category%|url=%RE_URL%\tx=y%RecordContext%',
      recordFieldContextFormat: '\t%ParamName%=%ParamValue%',
      escape: 'leef' as const,
      order: 'record' as const,
    };
    fc.assert(
      fc.property(sample, (one) => {
        const decoded = decodeLeef(lineWith(options, one));
        if (!decoded.ok) throw new Error('no LEEF');
        const { vendor, version, attributes } = decoded.event;
        expect([vendor, version]).toEqual(['V', '1']);
        const own = (one.context ?? []).map(
          ([field]) => field.slice(0, 255).replace(/\W/g, '_') || '_',
        );
        expect(new Set(attributes.keys())).toEqual(new Set(['url', 'x', ...own]));
      }),
    );
  });

  test('CEF has seven header fields, and no key that the format has not', () => {
    const options = {
      eventFormat:
        '%SourceId% CEF:0|V|P|1|%Category%|%RE_URL%|8|a=%RE_URL% b=%RE_USERNAME% c=%RecordContext% d=e',
      recordFieldContextFormat: '%ParamName%:%ParamValue%',
      escape: 'cef' as const,
    };
    fc.assert(
      fc.property(sample, (one) => {
        const line = lineWith(options, one);
        const [, vendor, product, version, , , severity, ...extension] = unescapedSplit(line, '|');
        expect([vendor, product, version, severity]).toEqual(['V', 'P', '1', '8']);
        const keys = unescapedSplit(extension.join('|'), '=').map((part) => /\w+$/.exec(part)?.[0]);
        expect(keys).toEqual(['a', 'b', 'c', 'd', 'e']);
      }),
    );
  });

  test('a percent-encoded separator ends no field', () => {
    const options = {
      eventFormat: 'C=%Category%|M=%MatchedIndicator%%RecordContext%',
      recordFieldContextFormat: '|%ParamName%=%ParamValue%',
      percentEncode: '|',
    };
    fc.assert(
      fc.property(sample, (one) => {
        const parts = lineWith(options, one).split('|');
        expect(parts).toHaveLength(2 + (one.context ?? []).length);
        expect(parts[0]).toMatch(/^C=/);
        expect(parts[1]).toMatch(/^M=/);
      }),
    );
  });
});

describe('a line that is too long', () => {
  const long = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 600 }),
    fc.constantFrom('é'.repeat(900), '\\='.repeat(400), '😀'.repeat(500), '<'.repeat(300)),
  );
  const longFields = fc.array(fc.tuple(fc.string({ maxLength: 12 }), long), { maxLength: 30 });
  const limit = fc.integer({ min: 300, max: 3000 });

  test('never has more bytes than are allowed, and keeps its category', () => {
    const escape = fc.constantFrom(
      'none' as const,
      'leef' as const,
      'cef' as const,
      'html' as const,
    );
    const eventFormat = '%Category% %MatchedIndicator% %RE_URL%%ActionableFields%%RecordContext% |';
    fc.assert(
      fc.property(
        long,
        longFields,
        longFields,
        limit,
        escape,
        (text, context, actionable, maxBodyBytes, how) => {
          const observable = { ...sampleUrl, text };
          const options = { eventFormat, maxBodyBytes, escape: how };
          const line = lineWith(options, { observable, context, actionable });
          expect(bytesOf(line)).toBeLessThanOrEqual(maxBodyBytes);
          expect(line).toMatch(/^KL_Malicious_URL .*\|$/s);
          expect(isWellFormed(line)).toBe(true);
        },
      ),
    );
  });

  test('loses whole fields, the last ones first', () => {
    const options = { eventFormat: '%Category%%RecordContext%', order: 'record' as const };
    const field = fc.stringMatching(/^[a-z]{1,40}$/);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(field, field), { maxLength: 40 }),
        limit,
        (context, maxBodyBytes) => {
          const whole = lineWith(options, { context });
          const line = lineWith({ ...options, maxBodyBytes }, { context });
          if (bytesOf(whole) <= maxBodyBytes) expect(line).toBe(whole);
          const kept = line.split(' ').slice(1);
          expect(kept).toEqual(
            context.slice(0, kept.length).map(([one, text]) => `${one}=${text}`),
          );
          const next = context[kept.length];
          if (next !== undefined) {
            expect(bytesOf(`${line} ${next[0]}=${next[1]}`)).toBeGreaterThan(maxBodyBytes);
          }
        },
      ),
    );
  });

  test('a status message has its values cut before it loses any', () => {
    const alert = statusOutcome(
      'KL_ALERT_FailedToUpdateFeed',
      [
        ['feed', 'A'],
        ['error', 'e'.repeat(5000)],
      ],
      detectedAtMs,
      1,
    );
    const { body } = patternsWith({ maxBodyBytes: 400 }).render(alert);
    expect(body).toMatch(/ feed=A error=e{200,}$/);
    expect(bytesOf(body)).toBe(400);
  });

  test('actionable fields stay longer than those of the record', () => {
    const line = lineWith(
      { eventFormat: '%Category%%ActionableFields%%RecordContext%', maxBodyBytes: 200 },
      { actionable: [['cs1', 'kept']], context: [['mask', 'm'.repeat(300)]] },
    );
    expect(line).toBe('KL_Malicious_URL cs1:kept');
    const both = lineWith(
      { eventFormat: '%Category%%ActionableFields%', maxBodyBytes: 200 },
      {
        actionable: [
          ['cs1', 'kept'],
          ['cs2', 'm'.repeat(300)],
        ],
      },
    );
    expect(both).toBe('KL_Malicious_URL cs1:kept');
  });
});

/** Whether UTF-8 can carry the whole of it. */
function isWellFormed(text: string): boolean {
  return Buffer.from(text, 'utf8').toString('utf8') === text;
}

/** Splits at a character that no backslash stands before. */
function unescapedSplit(text: string, separator: string): readonly string[] {
  const parts: string[] = [];
  let part = '';
  for (let index = 0; index < text.length; index += 1) {
    const one = text.charAt(index);
    if (one === separator) {
      parts.push(part);
      part = '';
    } else {
      part += one;
      if (one === '\\') part += text.charAt((index += 1));
    }
  }
  return [...parts, part];
}
