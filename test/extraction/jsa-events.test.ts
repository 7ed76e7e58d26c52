import { describe, expect, test } from '@jest/globals';

import { createExtractor } from '../../forwarder/extraction/index.js';
import type { ExtractionOptions } from '../../forwarder/extraction/index.js';
import { decodeLine } from '../../forwarder/intake/index.js';

import { jsaEnvelopes } from '../fixtures/events/index.js';
import { peer } from './support.js';

/** What a line of the fixtures gives: `rule: kind text` of each observable, and the values. */
function extracted(
  line: number,
  options: ExtractionOptions = {},
): { readonly found: readonly string[]; readonly values: Readonly<Record<string, string>> } {
  const bytes = new TextEncoder().encode(jsaEnvelopes[line]);
  const { events } = decodeLine(bytes, 0, bytes.length);
  expect(events).toHaveLength(1);
  const [event] = events;
  if (event === undefined) throw new Error('no event');
  const { observables, values } = createExtractor(options).extract(event, peer);
  return {
    found: observables.map(({ rule, kind, text }) => `${rule}: ${kind} ${text}`),
    values: Object.fromEntries(values),
  };
}

const md5 = '44D88612FEA8A8F36DE82E1278ABB02F';
const sha256 = '275A021BBFB6489E54D471899F7DB9D1663FC695EC2FE2A2C4538AABF651FD0F';

describe('events as JSA forwards them', () => {
  test('a verification event', () => {
    expect(extracted(0)).toEqual({
      found: ['SRC_IP: ip 192.0.2.50', 'RE_URL: url http://fakess123.nu'],
      values: {
        SRC_IP: '192.0.2.50',
        DST_IP: '192.0.2.50',
        RE_IP: '192.0.2.50',
        RE_USERNAME: 'VerificationTestUserName',
        DEV_TIME: '1752142212000',
        RE_URL: 'http://fakess123.nu',
      },
    });
  });

  test('a proxy with custom properties', () => {
    expect(extracted(1)).toEqual({
      found: [
        'RE_URL: url https://example.test/a?x=1&y=%22q%22',
        'RE_DOMAIN: domain example.test',
        'SRC_IP: ip 10.20.30.40',
        'DST_IP: ip 198.51.100.7',
      ],
      values: {
        RE_URL: 'https://example.test/a?x=1&y=%22q%22',
        RE_DOMAIN: 'example.test',
        SRC_IP: '10.20.30.40',
        DST_IP: '198.51.100.7',
        RE_IP: '10.20.30.40',
        RE_USERNAME: 'EXAMPLE\\jdoe',
        DEV_TIME: '1752142212001',
      },
    });
  });

  test('hashes beside a program, from properties first', () => {
    expect(extracted(2)).toEqual({
      found: [
        `RE_MD5: md5 ${md5}`,
        `RE_SHA256: sha256 ${sha256}`,
        'SRC_IP: ip 10.20.30.41',
        'RE_DOMAIN: domain eicar.com',
      ],
      values: {
        RE_MD5: md5,
        RE_SHA256: sha256,
        SRC_IP: '10.20.30.41',
        DST_IP: '10.20.30.41',
        RE_DOMAIN: 'eicar.com',
        DEV_TIME: '1752142212002',
      },
    });
  });

  test('a detection coming back: the loop guard stands before, not here', () => {
    const { found, values } = extracted(3);
    expect(found).toContain('RE_URL: url http://fakess123.nu/');
    expect(values['RE_USERNAME']).toBe('jdoe');
  });

  test('a coalesced event with junk addresses', () => {
    expect(extracted(4)).toEqual({
      found: ['SRC_IP: ip 10.2.3.4', 'DST_IP: ip 192.0.2.3'],
      values: {
        SRC_IP: '10.2.3.4',
        DST_IP: '192.0.2.3',
        RE_IP: '10.2.3.4',
        DEV_TIME: '1752142212004',
      },
    });
  });

  test('a profile with most fields excluded', () => {
    expect(extracted(5)).toEqual({
      found: ['SRC_IP: ip 10.20.30.42', 'DST_IP: ip 198.51.100.9', 'RE_DOMAIN: domain bad.example'],
      values: {
        SRC_IP: '10.20.30.42',
        DST_IP: '198.51.100.9',
        RE_DOMAIN: 'bad.example',
        RE_IP: '198.51.100.9',
        DEV_TIME: '1752142214005',
      },
    });
  });

  test('properties of one kind', () => {
    const indicatorProperties = [{ pattern: '^MD5 Hash$', kind: 'SHA1' }] as const;
    // The property is held to be SHA-1 and so gives nothing; the payload has the hash all the same.
    expect(extracted(2, { indicatorProperties }).found).toContain(`RE_MD5: md5 ${md5}`);
    const none = extracted(2, {
      indicatorProperties: [{ pattern: 'Hash$', kind: 'URL' }],
    });
    expect(none.found).toContain(`RE_MD5: md5 ${md5}`);
  });

  test('a source that joins what stands in two fields', () => {
    const sources = [
      {
        name: 'squid',
        pattern: '(?m)^logSourceType=Squid',
        replace: [{ pattern: '^<\\d+>', with: '' }],
        rules: [
          { name: 'RE_URL', kind: 'URL', keys: ['URL Host'] },
          { name: 'METHOD', pattern: ' (GET|POST|CONNECT) ' },
          { name: 'MONTH', pattern: '^(\\w{3})' },
        ],
      },
    ] as const;
    const { found, values } = extracted(1, { sources });
    expect(found[0]).toBe('RE_URL: url example.test');
    expect(values).toMatchObject({ METHOD: 'GET', MONTH: 'Jul', RE_USERNAME: 'EXAMPLE\\jdoe' });
    expect(extracted(0, { sources }).values).not.toHaveProperty('METHOD');
  });
});
