import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import {
  formatDurationMs,
  formatSizeBytes,
  parseDurationMs,
  parseListen,
  parseSizeBytes,
} from '../../forwarder/config/index.js';
import { editDistance, nearest } from '../../forwarder/config/nearest.js';
import { splitAtCommas } from '../../forwarder/config/coerce.js';
import { isAddressRange } from '../../forwarder/config/values/address-range.js';
import { isCollectorUrl, withoutCredentials } from '../../forwarder/config/values/collector-url.js';
import { tryParseListen } from '../../forwarder/config/values/listen.js';
import { ServiceError } from '../../forwarder/core/index.js';

describe('sizes', () => {
  test.each([
    ['1048576', 1048576],
    ['64KiB', 65536],
    ['64 MiB', 67108864],
    ['1GiB', 2 ** 30],
    ['1.5GiB', 1.5 * 2 ** 30],
    ['2T', 2 ** 41],
    ['10MB', 10_000_000],
    ['1kb', 1000],
    ['512B', 512],
    ['0', 0],
  ])('%s is %d bytes', (text, bytes) => {
    expect(parseSizeBytes(text)).toEqual({ ok: true, value: bytes });
  });

  test.each(['', 'MiB', '-1', '1e9', '64MIX', '1 2', '0x10', '99999999TiB', '1PiB', 'NaN'])(
    '"%s" is none',
    (text) => {
      expect(parseSizeBytes(text).ok).toBe(false);
    },
  );

  test('what is formatted reads back the same', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 2 ** 45 }),
        fc.constantFrom(1, 2 ** 10, 2 ** 20),
        (n, unit) => {
          const bytes = Math.floor(n / unit) * unit;
          expect(parseSizeBytes(formatSizeBytes(bytes))).toEqual({ ok: true, value: bytes });
        },
      ),
    );
  });
});

describe('times', () => {
  test.each([
    ['30s', 30_000],
    ['15m', 900_000],
    ['12h', 43_200_000],
    ['7d', 604_800_000],
    ['2w', 1_209_600_000],
    ['250ms', 250],
    ['never', 0],
  ])('%s is %d ms', (text, ms) => {
    expect(parseDurationMs(text)).toEqual({ ok: true, value: ms });
    expect(parseDurationMs(formatDurationMs(ms))).toEqual({ ok: true, value: ms });
  });

  test.each(['', '5', '-5s', '1y', '1.5h', 's'])('"%s" is none', (text) => {
    expect(parseDurationMs(text).ok).toBe(false);
  });
});

describe('addresses to listen on', () => {
  test.each([
    ['127.0.0.1:9995', '127.0.0.1', 9995],
    [':9995', '0.0.0.0', 9995],
    ['*:9995', '0.0.0.0', 9995],
    ['[::1]:9995', '::1', 9995],
    ['[::]:0', '::', 0],
    ['localhost:65535', 'localhost', 65535],
    ['siem-01.example.org:1', 'siem-01.example.org', 1],
  ])('%s', (text, host, port) => {
    expect(parseListen(text)).toEqual({ host, port });
  });

  test.each([
    '',
    '9995',
    'localhost',
    '127.0.0.1:',
    '127.0.0.1:65536',
    '127.0.0.1:-1',
    '127.0.0.1.5:1',
    '1.2.3:80',
    '::1:9995',
    '[::1]',
    '[127.0.0.1]:1',
    '[]:1',
    'a b:1',
    'http://a:1',
    'a:1:2',
    '-a:1',
  ])('"%s" is none', (text) => {
    expect(() => parseListen(text)).toThrow(ServiceError);
  });

  test('any text gives an address or nothing', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const address = tryParseListen(text);
        if (address !== undefined) expect(address.port).toBeLessThanOrEqual(65535);
      }),
    );
  });
});

describe('collector URLs', () => {
  test.each([
    'udp://a:514',
    'tcp://[::1]:514',
    'TLS://siem.example:6514',
    'tcp://a',
    'tcp://a:1/',
    'unix:///dev/log',
  ])('%s has the right shape', (text) => {
    expect(isCollectorUrl(text)).toBe(true);
  });

  test.each([
    '',
    'a:514',
    'tpc://a:1',
    'tcp://',
    'tcp://:1',
    'tcp://a:0',
    'tcp://a:65536',
    'tcp://u@a:1',
    'tcp://a:1/x',
    'tcp://a:1?x',
    'tcp://::1:5',
    'unix://dev/log',
    'unix:///',
    'tcp://a b:1',
    'tcp://a:1\n',
  ])('"%s" has not', (text) => {
    expect(isCollectorUrl(text)).toBe(false);
  });

  test('credentials are hidden, other texts with an @ are not touched', () => {
    expect(withoutCredentials('tcp://u:p@x@h:1')).toBe('tcp://(hidden)@h:1');
    expect(withoutCredentials('u:p@h')).toBe('(hidden)@h');
    expect(withoutCredentials('a@b')).toBe('a@b');
  });
});

test.each([
  ['192.0.2.1', true],
  ['192.0.2.0/24', true],
  ['2001:db8::/32', true],
  ['192.0.2.0/33', false],
  ['192.0.2/24', false],
  ['192.0.2.0/', false],
  ['192.0.2.0/8/8', false],
  ['host', false],
])('range %s: %s', (text, isRange) => {
  expect(isAddressRange(text)).toBe(isRange);
});

describe('the nearest word', () => {
  test.each([
    ['lisen', 'listen'],
    ['clientCA', 'clientCa'],
    ['ulr', 'url'],
    ['identfier', 'identifier'],
  ])('%s → %s', (word, meant) => {
    expect(nearest(word, ['keys', 'listen', 'clientCa', 'url', 'identifier'])).toBe(meant);
  });

  test('nothing when none is near', () => {
    expect(nearest('zzzzzz', ['keys', 'listen', 'url'])).toBeUndefined();
    expect(nearest('', ['url'])).toBeUndefined();
  });

  test('distance is symmetric, zero for equals only, and bounded by the longer word', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 12 }), fc.string({ maxLength: 12 }), (a, b) => {
        const distance = editDistance(a, b);
        expect(distance).toBe(editDistance(b, a));
        expect(distance === 0).toBe(a === b);
        expect(distance).toBeLessThanOrEqual(Math.max(a.length, b.length));
      }),
    );
  });
});

test('a comma inside of brackets does not split', () => {
  expect(splitAtCommas('a, b{c,d},[e,f] ,,(g,h)')).toEqual(['a', 'b{c,d}', '[e,f]', '(g,h)']);
  expect(splitAtCommas(' ')).toEqual([]);
  expect(splitAtCommas('a},b')).toEqual(['a}', 'b']);
});
