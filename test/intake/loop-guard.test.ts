import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import type { DecodedEvent } from '../../forwarder/core/index.js';
import { createLoopGuard, decodeLine, loopWatchWords } from '../../forwarder/intake/index.js';
import { jsaEnvelopes } from '../fixtures/events/index.js';

const identifier = 'KL_Threat_Feed_Service_V2';
const leef =
  'LEEF:1.0|Kaspersky Lab|Threat Feed Service|2.0|KL_Malicious_URL|url=http://a.test\tmd5=-';
const isOwn = createLoopGuard({ identifier });

function decode(line: string): DecodedEvent {
  const bytes = Buffer.from(line);
  return decodeLine(bytes, 0, bytes.length).events[0]!;
}

const raw = (text: string): DecodedEvent => ({ kind: 'raw', text });
const envelope = (fields: Readonly<Record<string, string>>): DecodedEvent => ({
  kind: 'envelope',
  fields: new Map(Object.entries(fields)),
  payload: fields['payload'] ?? '',
});

describe('composed events', () => {
  test('only our own detection coming back is dropped', () => {
    expect(jsaEnvelopes.map((line) => isOwn(decode(line)))).toEqual([
      false,
      false,
      false,
      true,
      false,
      false,
    ]);
  });

  test('each of its marks by itself is enough', () => {
    const returned = JSON.parse(jsaEnvelopes[3]!) as Record<string, string>;
    const clean = {
      ...returned,
      payload: 'x',
      logSource: 'x',
      logSourceType: 'x',
      logSourceIdentifier: 'x',
    };
    expect(isOwn(envelope(clean))).toBe(false);
    for (const key of ['payload', 'logSource', 'logSourceType', 'logSourceIdentifier']) {
      expect(isOwn(envelope({ ...clean, [key]: returned[key]! }))).toBe(true);
    }
  });
});

describe('log source fields', () => {
  test.each([
    ['logSourceIdentifier', 'KL_Threat_Feed_Service_V2'],
    ['logSourceIdentifier', 'kl_threat_feed_service_v2'],
    ['logSource', 'KL_Threat_Feed_Service_v2'],
    ['logSource', 'Kaspersky CyberTrace @ KL_Threat_Feed_Service_v2'],
    ['logSource', 'Universal LEEF @ kl_threat_feed_service_v2'],
    ['logSourceType', 'Kaspersky CyberTrace'],
    ['logSourceType', 'kaspersky cybertrace'],
  ])('%s = %s is ours', (key, value) => {
    expect(isOwn(envelope({ [key]: value, payload: 'text' }))).toBe(true);
  });

  test.each([
    ['logSourceIdentifier', 'KL_Threat_Feed_Service_V22'],
    ['logSourceIdentifier', ' KL_Threat_Feed_Service_V2'],
    ['logSourceIdentifier', '\u212AL_Threat_Feed_Service_V2'],
    ['logSource', 'Proxy watching KL_Threat_Feed_Service_V2'],
    ['logSource', 'x @ KL_Threat_Feed_Service_V2 @ y'],
    ['logSource', 'x@KL_Threat_Feed_Service_V2'],
    ['logSource', 'My_KL_Threat_Feed_Service_V2'],
    ['logSourceType', 'Kaspersky Security Center'],
    ['logSourceGroup', 'KL_Threat_Feed_Service_V2'],
    ['name', 'KL_Threat_Feed_Service_V2'],
    ['eventName', 'KL_Threat_Feed_Service_V2'],
    ['usrName', 'KL_Threat_Feed_Service_V2'],
    ['URL', leef],
  ])('%s = %s is not', (key, value) => {
    expect(isOwn(envelope({ [key]: value, payload: 'text' }))).toBe(false);
  });

  test('log source types can be chosen', () => {
    const guard = createLoopGuard({ identifier, logSourceTypes: ['Our Type'] });
    expect(guard(envelope({ logSourceType: 'our type' }))).toBe(true);
    expect(guard(envelope({ logSourceType: 'Kaspersky CyberTrace' }))).toBe(false);
  });
});

const host = 'KL_Threat_Feed_Service_v2';
const headers = [
  'Jul 10 10:10:14',
  'Jul  1 10:10:14',
  'Jul 1 10:10:14',
  'jul 01 10:10:14',
  'Jul 10 10:10:14.123456',
  'Jul 10 2025 10:10:14',
  'Jul 10 10:10:14 2025',
  '2025-07-10T10:10:14.123Z',
  '2025-07-10T10:10:14+02:00',
  '2025-07-10 10:10:14',
  '-',
];

describe('the start of the payload', () => {
  const cases = [
    ...headers.flatMap((header) => [
      `${header} ${host} LEEF:1.0|x`,
      `<134>${header} ${host} text`,
      `<6> ${header} ${host} text`,
      `${header} ${host}`,
      `<134>${header} other ${leef}`,
      `<134>${header} other tag[12]: ${leef}`,
      `<01>- hostname <134>${header} ${host} text`,
      `<13>Jul 10 10:10:14 relay <134>${header} other ${leef}`,
    ]),
    `<134>1 2025-07-10T10:10:14.003Z ${host} LEEF - - - text`,
    `<134>1 - ${host} app 1 2 [a b="c"] text`,
    `1 2025-07-10T10:10:14Z ${host} app - - - text`,
    `<134>1 2025-07-10T10:10:14.003Z other app 12 - - ${leef}`,
    `<134>1 2025-07-10T10:10:14.003Z other app 12 id - \uFEFF${leef}`,
    `<134>1 2025-07-10T10:10:14.003Z other app 12 id [x@1 a="] \\" ["][y b=""] ${leef}`,
    `<134>1 2025-07-10T10:10:14.003Z other ${leef}`,
    `<13>Jul 10 10:10:14 relay1 <13>Jul 10 10:10:14 relay2 <134>Jul 10 10:10:14 ${host} text`,
    `<01>- hostname Jul 10 10:10:14 ${host} text`,
    `<13>Jul 10 10:10:14 relay 2025-07-10T10:10:14Z ${host} text`,
    `Jul 10 10:10:14 relay Jul 10 10:10:14 other ${leef}`,
    leef,
    `<134>${leef}`,
    `other ${leef}`,
    `<134>KL_Other ${leef}`,
    `\uFEFF${leef}`,
    leef.replace('2.0', '3.1'),
    `Jul 10 10:10:14 ${host} ${leef}\nsecond line`,
  ];

  test.each(cases)('%j is ours', (text) => {
    expect(isOwn(raw(text))).toBe(true);
    expect(isOwn(envelope({ payload: text, logSource: 'x' }))).toBe(true);
  });

  test.each([
    '',
    ' ',
    '-',
    '<134>',
    'Jul 10 10:10:14',
    '<134>1 - ',
    host,
    `${host} stopped answering`,
    `<134>${host} stopped answering`,
    `Jul 10 10:10:14 proxy1 GET http://${host}/`,
    `Jul 10 10:10:14 proxy1 ${host} text`,
    `Jul 10 10:10:14 ${host}: text`,
    `Jul 10 10:10:14 ${host}.example text`,
    `Foo 10 10:10:14 ${host} text`,
    `aJa 10 10:10:14 ${host} text`,
    `Jul 10 10:10 ${host} text`,
    `<1345>Jul 10 10:10:14 ${host} text`,
    `<a>Jul 10 10:10:14 ${host} text`,
    `\n<134>Jul 10 10:10:14 ${host} ${leef}`,
    `Jul 10 10:10:14 proxy1 first line\n<134>Jul 10 10:10:14 ${host} ${leef}`,
    `first line\r${leef}`,
    `Jul 10 10:10:14 proxy1 the service said ${leef}`,
    `Jul 10 10:10:14 proxy1 two words ${leef}`,
    `Jul 10 10:10:14 proxy1 reports ${leef}`,
    `- ${host} is mentioned in a list`,
    `Jul 10 10:10:14 proxy1 - ${host} text`,
    `Jul 10 10:10:14 proxy1 1 - ${host} text`,
    `<134>1 2025-07-10T10:10:14.003Z other - ${host} - - text`,
    'Jul 10 10:10:14 other LEEF:1.0|Kaspersky Lab|Verification Tool|1.0|x|url=http://a.test',
    'Jul 10 10:10:14 other LEEF:2.0|Kaspersky Lab|Threat Feed Service|2.0|x|url=http://a.test',
    'Jul 10 10:10:14 other CEF:0|Kaspersky Lab|Threat Feed Service|2.0|x|y|5|',
    `<134>1 2025-07-10T10:10:14.003Z other app 12 - [a b="${leef}"] text`,
    `<134>1 2025-07-10T10:10:14.003Z other ${host} 12 - - text`,
    `<13>Jul 10 10:10:14 a <13>Jul 10 10:10:14 b <13>Jul 10 10:10:14 c <13>Jul 10 10:10:14 ${host} text`,
  ])('%j is not', (text) => {
    expect(isOwn(raw(text))).toBe(false);
    expect(isOwn(envelope({ payload: text, logSource: 'x' }))).toBe(false);
  });

  test('a raw line with a JSON body is judged by its start', () => {
    expect(isOwn(decode(`<134>Jul 10 10:10:14 ${host} app: {"a":"b"}`))).toBe(true);
    expect(isOwn(decode(`<134>Jul 10 10:10:14 app1 app: {"source":"${host}"}`))).toBe(false);
  });

  test('endless headers and blanks take no time', () => {
    const mega = 1_048_576;
    for (const text of [
      ' '.repeat(mega),
      `Jul ${' '.repeat(mega)}`,
      '<134>'.repeat(mega / 5),
      '- '.repeat(mega / 2),
      `<1>1 - h a b c ${'[a="'.repeat(mega / 4)}`,
      '1'.repeat(mega),
    ]) {
      expect(isOwn(raw(text))).toBe(false);
    }
  });
});

describe('the verification tool', () => {
  const payload = `Jul 10 10:10:14 KL_Verification_Tool ${leef}`;

  test('is never ours, by its identifier, its log source or its header', () => {
    const type = { logSourceType: 'Kaspersky CyberTrace' };
    expect(isOwn(envelope({ ...type, logSourceIdentifier: 'KL_Verification_Tool' }))).toBe(false);
    expect(isOwn(envelope({ ...type, logSourceIdentifier: 'kl_verification_tool' }))).toBe(false);
    expect(isOwn(envelope({ ...type, logSource: 'X @ KL_Verification_Tool' }))).toBe(false);
    expect(isOwn(envelope({ ...type, payload }))).toBe(false);
    expect(isOwn(envelope({ logSourceIdentifier: identifier, payload }))).toBe(false);
    expect(isOwn(raw(payload))).toBe(false);
    expect(isOwn(raw(`<13>${payload}`))).toBe(false);
  });

  test('its name elsewhere saves nothing', () => {
    const text = `Jul 10 10:10:14 ${identifier} LEEF:1.0|Kaspersky Lab|x KL_Verification_Tool`;
    expect(isOwn(raw(text))).toBe(true);
    const fields = { logSourceIdentifier: identifier, usrName: 'KL_Verification_Tool' };
    expect(isOwn(envelope(fields))).toBe(true);
  });
});

describe('identifiers that cannot work', () => {
  test.each(['', 'two words', 'служба', '12345', '-._', 'KL_Verification_Tool', 'a'.repeat(256)])(
    '%j is refused',
    (bad) => {
      expect(() => createLoopGuard({ identifier: bad })).toThrow(
        expect.objectContaining({ code: 'TF_CONFIG', where: 'identifier' }),
      );
      expect(() => loopWatchWords(bad)).toThrow(expect.objectContaining({ code: 'TF_CONFIG' }));
    },
  );

  test('host names and addresses are accepted', () => {
    const guard = createLoopGuard({ identifier: 'feeds-1.siem.example' });
    expect(guard(raw('Jul 10 10:10:14 FEEDS-1.siem.example x'))).toBe(true);
    expect(guard(raw('Jul 10 10:10:14 feeds-1 x'))).toBe(false);
  });
});

describe('loopWatchWords', () => {
  test('are the longest words of what the guard compares', () => {
    expect(loopWatchWords(identifier)).toEqual([identifier, 'CyberTrace', 'Kaspersky']);
    expect(loopWatchWords('a-threats.bc', ['My own type'])).toEqual([
      'threats',
      'type',
      'Kaspersky',
    ]);
  });

  test('every line that the guard drops has one of them as a whole word', () => {
    const names = ['KL_Threat_Feed_Service_V2', 'ab-Threat.feeds_1.x', 'e:f'];
    const name = fc.constantFrom(...names);
    const types = ['Kaspersky CyberTrace', 'Own-Type 7'];
    const turned = (text: string): fc.Arbitrary<string> =>
      fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }).map((flips) =>
        Array.from(text)
          .map((char, index) =>
            flips[index % 8] === true ? char.toUpperCase() : char.toLowerCase(),
          )
          .join(''),
      );
    let dropped = 0;
    const piece = (own: string): fc.Arbitrary<string> =>
      fc.oneof(
        turned(own),
        fc.constantFrom(
          own,
          leef,
          `Jul 10 10:10:14 ${own} x`,
          `<1>- h ${leef}`,
          ...types,
          '\u212A',
        ),
        fc.constantFrom(
          ' @ ',
          '<134>',
          'Jul 10 10:10:14 ',
          '- ',
          '1 - ',
          '\t',
          'KL_Verification_Tool',
        ),
        fc.string({ maxLength: 3 }),
      );
    const key = fc.constantFrom('payload', 'logSource', 'logSourceIdentifier', 'logSourceType');
    const lines = name.chain((own) => {
      const value = fc.array(piece(own), { maxLength: 3 }).map((pieces) => pieces.join(''));
      return fc.tuple(fc.constant(own), fc.oneof(fc.dictionary(key, value), value));
    });
    fc.assert(
      fc.property(lines, ([own, content]) => {
        const line = typeof content === 'string' ? content : JSON.stringify(content);
        const event = decode(line);
        if (!createLoopGuard({ identifier: own, logSourceTypes: types })(event)) return;
        dropped += 1;
        const text = event.kind === 'raw' ? event.text : [...event.fields.values()].join('\n');
        const present = new Set(
          (text.match(/[A-Za-z0-9_]+/g) ?? []).map((word) => word.toLowerCase()),
        );
        const words = loopWatchWords(own, types).map((word) => word.toLowerCase());
        expect(words.filter((word) => present.has(word))).not.toEqual([]);
        // Without escapes of letters, which JSA never writes, the words stand in the bytes as well.
        if (!/\\u/.test(line)) {
          expect(words.some((word) => line.toLowerCase().includes(word))).toBe(true);
        }
      }),
      { numRuns: 3000 },
    );
    expect(dropped).toBeGreaterThan(300);
  });
});
