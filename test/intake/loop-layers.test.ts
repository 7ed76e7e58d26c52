import { describe, expect, test } from '@jest/globals';

import type { DecodedEvent } from '../../forwarder/core/index.js';
import {
  createLoopLayers,
  decodeLine,
  logSourceOf,
  loopLayerWords,
} from '../../forwarder/intake/index.js';

const identifier = 'KL_Threat_Feed_Service_V2';
const token = '0123456789abcdef';
const layerOf = createLoopLayers({ identifier, token });
const own = `${identifier} LEEF:1.0|Kaspersky Lab|Threat Feed Service|2.0|KL_Malicious_URL|`;

function decode(line: string): DecodedEvent {
  const bytes = Buffer.from(line);
  return decodeLine(bytes, 0, bytes.length).events[0]!;
}

describe('the token', () => {
  test('is looked for in all that an event says, after the log source', () => {
    const text = `LEEF:1.0|Other|Relay|1|x|a=b\tloopToken=${token}\turl=x`;
    expect(layerOf(decode(`<134>Jul 10 10:10:14 relay ${text}`))).toBe('token');
    expect(layerOf(decode(JSON.stringify({ logSource: 'relay', payload: text })))).toBe('token');
    expect(layerOf(decode(JSON.stringify({ logSource: 'x', 'Loop Token': token })))).toBe('token');
    expect(layerOf(decode(`<134>Jul 10 10:10:14 ${own}loopToken=${token}`))).toBe('source');
    expect(layerOf(decode('<134>Jul 10 10:10:14 relay loopToken=0123456789abcdee'))).toBe(
      undefined,
    );
  });

  test('means nothing when there is none', () => {
    const without = createLoopLayers({ identifier });
    expect(without(decode(`relay loopToken=${token}`))).toBe(undefined);
  });

  test('is a word to be watched for', () => {
    expect(loopLayerWords({ identifier, token })).toContain(token);
    expect(loopLayerWords({ identifier })).toEqual([identifier, 'CyberTrace', 'Kaspersky']);
  });
});

/** Whatever an attacker can write into an event of somebody else, the event stays visible. */
describe('our name in an event of somebody else hides nothing', () => {
  const names = [
    identifier,
    identifier.toLowerCase(),
    `<134>Jul 10 10:10:14 ${identifier}`,
    own,
    `<134>Jul 10 10:10:14 ${own}url=http://evil.example`,
    'Kaspersky CyberTrace',
    `Kaspersky CyberTrace @ ${identifier}`,
    `loopToken=${token.replace('0', '1')}`,
  ];
  const payloads: readonly ((name: string) => string)[] = [
    (name) => `Jul 10 10:10:14 proxy squid: GET http://evil.example/ agent="${name}"`,
    (name) => `<13>Jul 10 10:10:14 proxy app: user ${name} http://evil.example/`,
    (name) => `<13>Jul 10 10:10:14 proxy user="${name}: ${name}" http://evil.example/`,
    (name) => `proxy http://evil.example/?q=${name}`,
    (name) => `<13>1 2025-07-10T10:10:14Z proxy app 1 ${name} - http://evil.example/`,
    (name) => `http://evil.example/ user=${name}`,
    (name) => `LEEF:1.0|Vendor|Product|1|x|usrName=${name}\turl=http://evil.example`,
    (name) => `LEEF:1.0|${name}|Threat Feed Service|1|x|url=http://evil.example`,
    (name) => `CEF:0|Vendor|Product|1|${name}|x|5|request=http://evil.example`,
    (name) => `http://evil.example\n${name} LEEF:1.0|Kaspersky Lab|Threat Feed Service|2.0|x|`,
  ];
  const fields = [
    'name',
    'usrName',
    'URL',
    'eventName',
    'logSourceGroup',
    'category',
    'User-Agent',
  ];
  const placements = [
    ...names.flatMap((name) => payloads.map((payload) => payload(name))),
    ...names.flatMap((name) =>
      fields.map((field) =>
        JSON.stringify({
          [field]: name,
          logSource: 'proxy',
          logSourceType: 'Squid Web Proxy',
          logSourceIdentifier: 'proxy',
          payload: 'GET http://evil.example/',
        }),
      ),
    ),
  ];

  test(`${placements.length} placements, 0 hidden`, () => {
    expect(placements.length).toBeGreaterThanOrEqual(100);
    const hidden = placements.filter((line) => layerOf(decode(line)) !== undefined);
    expect(hidden).toEqual([]);
  });
});

describe('the log source of an event', () => {
  test.each([
    [JSON.stringify({ logSourceIdentifier: 'id', logSource: 'name', payload: 'x' }), 'id'],
    [JSON.stringify({ logSource: 'name', payload: '<13>Jul 10 10:10:14 host x' }), 'name'],
    [JSON.stringify({ logSourceType: 't', payload: '<13>Jul 10 10:10:14 host x' }), 'host'],
    ['<13>Jul 10 10:10:14 relay <13>Jul 10 10:10:14 host x', 'host'],
    ['just text', '192.0.2.7'],
  ])('%s: %s', (line, expected) => {
    expect(logSourceOf(decode(line), '192.0.2.7')).toBe(expected);
  });
});
