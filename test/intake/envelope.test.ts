import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import type { DecodedEvent } from '../../forwarder/core/index.js';
import { decodeLine, lostPayloads } from '../../forwarder/intake/index.js';
import type { DecodedLine, DecodeOptions } from '../../forwarder/intake/index.js';
import { jsaEnvelopes, jsaVariant } from '../fixtures/events/index.js';

function decode(line: string | Uint8Array, options?: DecodeOptions): DecodedLine {
  const bytes = typeof line === 'string' ? Buffer.from(line) : line;
  return decodeLine(bytes, 0, bytes.length, options);
}

function only(line: string | Uint8Array, options?: DecodeOptions): DecodedEvent {
  const { events } = decode(line, options);
  expect(events).toHaveLength(1);
  return events[0]!;
}

function fieldsOf(event: DecodedEvent | undefined): ReadonlyMap<string, string> {
  if (event?.kind !== 'envelope') throw new Error(`no envelope: ${JSON.stringify(event)}`);
  return event.fields;
}

const raw = (text: string): DecodedEvent => ({ kind: 'raw', text });

describe('events as JSA writes them', () => {
  test('all composed events are envelopes with every field, and without problems', () => {
    for (const line of jsaEnvelopes) {
      const { events, problems } = decode(line);
      const expected = JSON.parse(line.slice(line.indexOf('{"'))) as Record<string, string>;
      expect(problems).toEqual([]);
      expect([...fieldsOf(events[0])]).toEqual(Object.entries(expected));
      expect(events[0]).toMatchObject({ payload: expected['payload'] });
    }
  });

  test('prefixes before the object are dropped', () => {
    const bare = only(jsaEnvelopes[5]!);
    for (const name of ['prefix: cookie', 'prefix: digits and dash', 'prefix: with a brace']) {
      expect(only(jsaVariant(name))).toEqual(bare);
    }
  });

  test('keys renamed by a profile get their standard names', () => {
    const keys = { src: 'src.ip', dst: 'dst.ip', srcPort: 'src.Port', dstPort: 'dst.Port' };
    const fields = fieldsOf(only(jsaVariant('renamed keys'), { keys }));
    const plain = fieldsOf(only(jsaEnvelopes[4]!));
    expect([...fields]).toEqual([...plain]);
    expect(fieldsOf(only(jsaVariant('renamed keys'))).get('src.ip')).toBe('10.2.3.4');
  });

  test('a renamed key wins over a property that is called like the standard one', () => {
    const line = '{"src":"property","src.ip":"10.0.0.1","logSource":"x"}';
    expect(fieldsOf(only(line, { keys: { src: 'src.ip' } })).get('src')).toBe('10.0.0.1');
    const reversed = '{"src.ip":"10.0.0.1","src":"property","logSource":"x"}';
    expect([...fieldsOf(only(reversed, { keys: { src: 'src.ip' } }))]).toEqual([
      ['src', '10.0.0.1'],
      ['logSource', 'x'],
    ]);
    expect(
      fieldsOf(only('{"src":"10.0.0.2","logSource":"x"}', { keys: { src: 'a' } })).get('src'),
    ).toBe('10.0.0.2');
  });

  test('the payload may be renamed too', () => {
    const event = only('{"text":"hello"}', { keys: { payload: 'text' } });
    expect(event).toMatchObject({ kind: 'envelope', payload: 'hello' });
  });

  test('a blank before a comma does not matter', () => {
    expect(fieldsOf(only(jsaVariant('blank before a comma'))).get('eventCnt')).toBe('37');
  });

  test('objects glued on one line are all taken, whatever stands between', () => {
    for (const name of ['glued', 'glued with text between']) {
      const { events, problems } = decode(jsaVariant(name));
      expect(events.map((event) => fieldsOf(event).get('src'))).toEqual([
        '10.20.30.42',
        '10.20.30.43',
      ]);
      expect(problems).toEqual([]);
    }
  });

  test('a profile with a name of its own and few fields is an envelope, payload absent', () => {
    const event = only(jsaVariant('profile with a name of its own'));
    expect(fieldsOf(event).get('dst')).toBe('198.51.100.9');
    expect(event).toMatchObject({ payload: '' });
  });

  test('values that are no strings become text; null is absent', () => {
    const event = only(jsaVariant('values that are no strings'));
    const fields = fieldsOf(event);
    expect(fields.get('hasOffense')).toBe('false');
    expect(fields.get('Tags')).toBe('["a",{"b":1}]');
    expect(fields.has('usrName')).toBe(false);
    expect(fields.get('deploymentID')).toMatch(/^123456789\d+$/);
    expect(lostPayloads(event)).toBe(2);
  });

  test('decodes a part of a buffer, in shared memory too', () => {
    const line = Buffer.from(jsaEnvelopes[2]!);
    const shared = new Uint8Array(new SharedArrayBuffer(line.length + 20), 3);
    shared.fill(0x7b);
    shared.set(line, 7);
    expect(decodeLine(shared, 7, 7 + line.length)).toEqual(decode(line));
    expect(fieldsOf(only(line)).get('payload')).toContain('EXAMPLE\\Иван');
  });
});

describe('raw events', () => {
  test('a line without {" is taken as it is', () => {
    const line = jsaVariant('raw syslog');
    expect(decode(line)).toEqual({ events: [raw(line)], problems: [] });
    expect(only('a\\tb { "x": 1 }')).toEqual(raw('a\\tb { "x": 1 }'));
  });

  test('JSON of another product is the whole line, its escapes undone', () => {
    expect(decode(jsaVariant('raw JSON of another product'))).toEqual({
      events: [
        raw(
          '<13>Jul 10 10:10:19 app01 shop: {"msg":"GET http://fakess123.nu/","name":"request","src":"10.20.30.45"}',
        ),
      ],
      problems: [],
    });
  });

  test.each([
    ['{"name":"x","payload":{"deep":"y"}}'],
    ['{"src":"10.0.0.1","dst":"10.0.0.2"}'],
    ['{"type":"Event"}'],
    ['{"event":{"payload":"x","logSource":"y"}}'],
    ['{"logSourceX":"y"}'],
  ])('%s is no envelope', (line) => {
    expect(decode(line)).toEqual({ events: [raw(line)], problems: [] });
  });

  test.each([['{"payload":""}'], ['{"eventCnt":"1"}'], ['{"type":"Event","src":"10.0.0.1"}']])(
    '%s is an envelope',
    (line) => {
      expect(only(line).kind).toBe('envelope');
    },
  );

  test('lists and objects are taken as JSON with their escapes undone', () => {
    const line = '{"logSource":"x","URLs":["a\\tevil.example","http:\\/\\/b.example"],"n":{"k":1}}';
    const [event] = decode(line).events;
    expect(event?.kind === 'envelope' && event.fields.get('URLs')).toBe(
      '["a\tevil.example","http://b.example"]',
    );
    expect(event?.kind === 'envelope' && event.fields.get('n')).toBe('{"k":1}');
  });

  test('broken JSON is raw text with its escapes undone, leniently', () => {
    const line = 'x {"a":"\\u0068ttp:\\/\\/b\\\\c\\t\\"\\n\\q\\u00zz\\';
    expect(decode(line)).toEqual({
      events: [raw('x {"a":"http://b\\c\t"\n\\q\\u00zz\\')],
      problems: ['malformed_json'],
    });
  });

  test('an unfinished object before a whole one is a raw event beside it', () => {
    const { events, problems } = decode('<1>- {"payload":"http:\\/\\/a {"payload":"b"} tail');
    expect(events).toEqual([raw('{"payload":"http://a '), only('{"payload":"b"}')]);
    expect(problems).toEqual(['malformed_json']);
  });

  test('an unfinished object after a whole one is a raw event too', () => {
    const { events, problems } = decode('{"payload":"b"} , {"payload":"c');
    expect(events).toEqual([only('{"payload":"b"}'), raw('{"payload":"c')]);
    expect(problems).toEqual(['malformed_json']);
  });
});

describe('hostile lines', () => {
  test('__proto__, constructor and toString are fields like any other', () => {
    const event = only(
      '{"__proto__":{"polluted":"yes"},"constructor":"c","toString":"t","payload":"p"}',
    );
    const fields = fieldsOf(event);
    expect(fields.get('__proto__')).toBe('{"polluted":"yes"}');
    expect(fields.get('constructor')).toBe('c');
    expect(fields.get('toString')).toBe('t');
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    expect(only('{"__proto__":{"payload":"x"}}').kind).toBe('raw');
  });

  test('of equal keys the last wins; what it hides is searched behind the payload, and counted', () => {
    const { events, problems } = decode(
      '{"payload":"a","src":"192.0.2.1","payload":"b","x":{"payload":"c"},"src":7,"payload":"d","src":null}',
    );
    expect(fieldsOf(events[0]).get('payload')).toBe('d');
    expect(events[0]).toMatchObject({ payload: 'd\na\n192.0.2.1\nb\n7' });
    expect(problems).toEqual(['repeated_names']);
  });

  test('huge numbers do no harm', () => {
    const line = `{"payload":"x","a":1e999,"b":-1e999,"c":${'9'.repeat(400)},"d":${'9'.repeat(30)},"eventCnt":1e999}`;
    const event = only(line);
    expect(fieldsOf(event).has('a')).toBe(false);
    expect(fieldsOf(event).has('c')).toBe(false);
    expect(fieldsOf(event).get('d')).toBe('9'.repeat(30));
    expect(lostPayloads(event)).toBe(0);
  });

  test('invalid UTF-8 is U+FFFD and counted', () => {
    const bytes = Buffer.concat([
      Buffer.from('{"payload":"a'),
      Buffer.of(0xc3, 0x28),
      Buffer.from('"}'),
    ]);
    const { events, problems } = decode(bytes);
    expect(events).toEqual([only('{"payload":"a\uFFFD("}')]);
    expect(problems).toEqual(['invalid_utf8']);
    expect(decode(Buffer.of(0x61, 0xff))).toEqual({
      events: [raw('a\uFFFD')],
      problems: ['invalid_utf8'],
    });
  });

  test('an escaped NUL stays; raw control characters are read as if escaped, and counted', () => {
    expect(decode('{"payload":"a\\u0000b"}')).toEqual({
      events: [expect.objectContaining({ payload: 'a\0b' })],
      problems: [],
    });
    expect(decode('{"payload"\0:"a\0b\tc\\"\x01"}')).toEqual({
      events: [expect.objectContaining({ payload: 'a\0b\tc"\x01' })],
      problems: ['control_characters'],
    });
  });

  test('halves of surrogate pairs become U+FFFD', () => {
    const fields = fieldsOf(only('{"payload":"a\\ud800b","\\udc00":"\\ud83d\\ude00"}'));
    expect(fields.get('payload')).toBe('a\uFFFDb');
    expect(fields.get('\uFFFD')).toBe('😀');
    expect(only('{"broken \\ud800 \\ud83d\\ude00')).toEqual(raw('{"broken \uFFFD 😀'));
  });

  test('nesting up to the limit is parsed, deeper is raw text and counted', () => {
    const nested = (depth: number): string =>
      `{"payload":"x","a":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}`;
    expect(only(nested(64)).kind).toBe('envelope');
    expect(decode(nested(65))).toEqual({ events: [raw(nested(65))], problems: ['too_deep'] });
    expect(decode(nested(4), { maxDepth: 3 }).problems).toEqual(['too_deep']);
    expect(only('{"payload":"[[[[{{{{"}', { maxDepth: 1 }).kind).toBe('envelope');
  });

  test('an envelope after one that is too deep is still taken', () => {
    const deep = `{"payload":"\\/","a":${'['.repeat(99)}${']'.repeat(99)}}`;
    const { events } = decode(`${deep}{"payload":"b"}`);
    expect(events).toEqual([raw(deep.replace('\\/', '/')), only('{"payload":"b"}')]);
  });

  test('megabytes of brackets, quotes, braces and keys pass in linear time', () => {
    const mega = 1_048_576;
    const lines = [
      `{"${'['.repeat(10 * mega)}`,
      `{"a":${'['.repeat(10 * mega)}`,
      `{"a":${'{"a":'.repeat(mega / 5)}`,
      '{"'.repeat(mega / 2),
      '{"a"}'.repeat(mega / 5),
      '{"\\'.repeat(mega / 3),
      `{"payload":"x",${Array.from({ length: 100_000 }, (_, i) => `"k${i}":1`).join(',')}}`,
    ];
    for (const line of lines) {
      const { events, problems } = decode(line);
      expect(problems.length).toBeGreaterThan(0);
      expect(events.every((event) => event.kind === 'raw')).toBe(true);
    }
  });

  test('a line of many unfinished objects is given up as raw text', () => {
    const unfinished = (count: number): string => '{"a":'.repeat(count) + ' '.repeat(1_000);
    const whole = '{"payload":"b"}';
    expect(decode(unfinished(3) + whole).events).toEqual([raw(unfinished(3)), only(whole)]);
    expect(decode(unfinished(9) + whole).events).toEqual([raw(unfinished(9) + whole)]);
  });

  test('what follows a thousand objects that are no envelopes is raw text with them', () => {
    const line = (count: number): string => `${'{"a":1} '.repeat(count)}{"payload":"b"}`;
    expect(decode(line(999)).events).toEqual([
      raw('{"a":1} '.repeat(999)),
      only('{"payload":"b"}'),
    ]);
    expect(decode(line(1_000)).events).toEqual([raw(line(1_000))]);
  });

  test('more than 4,096 fields are raw text and counted', () => {
    const line = (count: number): string =>
      `{"payload":"x",${Array.from({ length: count - 1 }, (_, i) => `"k${i}":"1"`).join(',')}}`;
    expect(fieldsOf(only(line(4096))).size).toBe(4096);
    expect(decode(line(4097)).problems).toEqual(['too_many_fields']);
  });

  test('any bytes give at least one event and never an exception', () => {
    const piece = fc.oneof(
      fc.constantFrom('{"', '"}', '{', '}', '[', ']', '"', '\\', '\\u', ':', ',', '\0', '\t', ' '),
      fc.constantFrom(
        '"payload":"x"',
        '{"logSource":"y"}',
        '"__proto__":',
        'null',
        '1e999',
        '\ud800',
      ),
      fc.string({ maxLength: 6 }),
    );
    const text = fc.array(piece, { maxLength: 40 }).map((pieces) => Buffer.from(pieces.join('')));
    const bytes = fc.oneof(
      text,
      fc.uint8Array({ maxLength: 100 }).map((array) => Buffer.from(array)),
    );
    fc.assert(
      fc.property(bytes, (line) => {
        const { events, problems } = decode(line);
        expect(events.length).toBeGreaterThan(0);
        expect(new Set(problems).size).toBe(problems.length);
        const whole = line.toString();
        if (!whole.includes('{"')) expect(events).toEqual([raw(whole)]);
      }),
      { numRuns: 1000 },
    );
  });

  test('any fields come back from any glued envelopes', () => {
    const envelope = fc
      .dictionary(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), { maxKeys: 6 })
      .map((fields) => ({ ...fields, payload: fields['payload'] ?? 'p{"]' }));
    const between = fc.constantFrom('', ' ', '<01>- ep1 ', ',', '}', '1-{x} ');
    fc.assert(
      fc.property(
        fc.array(fc.tuple(between, envelope), { minLength: 1, maxLength: 4 }),
        (parts) => {
          const line = parts.map(([prefix, fields]) => prefix + JSON.stringify(fields)).join('');
          const { events, problems } = decode(line);
          expect(problems).toEqual([]);
          expect(events.map((event) => Object.fromEntries(fieldsOf(event)))).toEqual(
            parts.map(([, fields]) => fields),
          );
        },
      ),
    );
  });
});

describe('lostPayloads', () => {
  test.each([
    ['1', 0],
    ['0', 0],
    ['37', 36],
    ['999999999', 999_999_998],
    ['9999999999', 0],
    ['-5', 0],
    ['2.5', 0],
    ['x', 0],
    ['', 0],
  ])('eventCnt %j loses %d', (eventCnt, lost) => {
    expect(lostPayloads(only(JSON.stringify({ eventCnt })))).toBe(lost);
  });

  test('absent counts and raw events lose none', () => {
    expect(lostPayloads(only('{"payload":"x"}'))).toBe(0);
    expect(lostPayloads(only('eventCnt=5'))).toBe(0);
    expect(lostPayloads(only(jsaEnvelopes[4]!))).toBe(36);
  });
});
