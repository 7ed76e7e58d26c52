import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { FeedRole, IndicatorKind } from '../../../forwarder/core/index.js';
import { overBroad } from '../../../forwarder/feeds/hygiene/over-broad.js';
import { specialNetworks } from '../../../forwarder/feeds/hygiene/special-networks.js';
import {
  domainIndicator,
  ipIndicator,
  urlIndicator,
} from '../../../forwarder/feeds/read-indicator.js';
import { ipText, parseCidr } from '../../../forwarder/normalise/index.js';
import { fuzzRuns } from '../../support/fuzz-runs.js';

const numRuns = fuzzRuns(2000);
const roles: readonly FeedRole[] = ['detect', 'always', 'suppress'];

function why(kind: IndicatorKind, value: string, role: FeedRole = 'detect'): string | undefined {
  return overBroad({ kind, value }, role);
}

describe('domains', () => {
  test.each([
    'com',
    'info',
    'co.uk',
    'pvt.k12.ma.us',
    'chiyoda.tokyo.jp',
    'x.ck',
    'xn--p1ai',
    'in-addr.arpa',
  ])('%s is a public suffix, for every role', (name) => {
    for (const role of roles) {
      expect(why('domain', name, role)).toBe(
        'is a public suffix: it would cover all domains below it',
      );
    }
  });

  test.each(['local', 'example', 'x'])(
    '%s alone is too much to detect, but may be suppressed',
    (name) => {
      expect(why('domain', name)).toMatch(/^is a single label/);
      expect(why('domain', name, 'suppress')).toBeUndefined();
    },
  );

  test.each([
    'bad.example',
    'evil.co.uk',
    'bbc.co.uk',
    'city.kawasaki.jp',
    'github.io',
    'user.github.io',
    'br.com',
    'a.b.c.d.e.f.example',
    'x.y',
    't.co',
  ])('%s is an ordinary domain', (name) => {
    for (const role of roles) expect([name, why('domain', name, role)]).toEqual([name, undefined]);
  });
});

describe('URLs and masks', () => {
  test.each([
    '*',
    '*.*',
    '*/*',
    '*.*/*',
    '*?*',
    '*a*',
    '*.com',
    '*.com/*',
    '*.co.uk/*',
    '*.*.co.uk',
    '*com/*',
    '*.com*',
    '*.info*',
    '*.co.uk*',
    '*.com.*',
    'www.*',
    'a*.com',
    '*ab.com',
    '*bad*',
    '*.com/a',
    '*/a.b',
    '*.info?*',
    'com',
    'co.uk',
    'co.uk/*',
    'com/*',
    '*.ru/x?*',
  ])('%s is over-broad', (mask) => {
    for (const role of roles)
      expect([mask, typeof why('url', mask, role)]).toEqual([mask, 'string']);
  });

  test.each(['localhost', '*.local', '*.local/*', 'intranet/*'])('%s may be suppressed', (mask) => {
    expect(why('url', mask)).toMatch(/\S/);
    expect(why('url', mask, 'suppress')).toBeUndefined();
  });

  test.each([
    'bad.example',
    'bad.example/*',
    '*.bad.example',
    '*.bad.example/*',
    '*.t.co',
    't.co/*',
    '*bad.example',
    '*bit.ly',
    '*.x.co.uk/*',
    'com/a',
    'localhost/gate.php',
    '*.com/gate.php',
    '*.example/gate*.php',
    '*/wp-gate.php?*',
    'evil*',
    '*evil.com',
    '*.evil*',
    '*-pay.com/*',
    'bad.example/a/*',
    'bad.example/?*',
    '192.0.2.1',
    '192.0.2.1/*',
    '[2001:db8::1]',
    '[2001:db8::1]/*',
    '*.user.github.io',
    '10.0.0.1/x',
  ])('%s is not', (mask) => {
    for (const role of roles) expect([mask, why('url', mask, role)]).toEqual([mask, undefined]);
  });

  test('the reasons say what is wrong', () => {
    expect(why('url', '*')).toBe('would cover every host');
    expect(why('url', '*.co.uk/*')).toBe('would cover every host of co.uk');
    expect(why('url', '*.com*')).toBe('would cover every host of com');
    expect(why('url', '*ab*')).toBe('has too little in it that is fixed, and would cover too much');
    expect(why('url', 'com')).toBe('is a public suffix, below which anybody may register names');
  });

  test('a mask of many stars costs no more than its length', () => {
    const value = `a${'*.'.repeat(500_000)}*b/`;
    expect(overBroad({ kind: 'url', value }, 'detect')).toContain('too little in it');
  });
});

describe('networks', () => {
  test.each([
    ['0.0.0.0/0', 'is too large a network: /8 is the largest that is used'],
    ['64.0.0.0/7', 'is too large a network: /8 is the largest that is used'],
    ['::/0', 'is too large a network: /19 is the largest that is used'],
    ['2a00::/18', 'is too large a network: /19 is the largest that is used'],
    ['10.0.0.0/8', 'overlaps 10.0.0.0/8: private addresses (RFC 1918)'],
    ['10.1.2.0/24', 'overlaps 10.0.0.0/8: private addresses (RFC 1918)'],
    ['192.0.0.0/8', 'overlaps 192.0.0.0/24: protocol assignments (RFC 6890)'],
    ['172.16.0.0/11', 'overlaps 172.16.0.0/12: private addresses (RFC 1918)'],
    ['255.255.255.0/24', 'overlaps 240.0.0.0/4: reserved addresses (RFC 1112)'],
    ['fd12:3456::/32', 'overlaps fc00::/7: unique local addresses (RFC 4193)'],
    ['64:ff9b::/96', 'overlaps ::/8: reserved addresses, loopback and IPv4 within IPv6 (RFC 4291)'],
    ['2001:db8:1::/48', 'overlaps 2001:db8::/32: documentation (RFC 3849)'],
  ])('%s', (network, reason) => {
    expect(why('cidr', network)).toBe(reason);
    expect(why('cidr', network, 'always')).toBe(reason);
  });

  test('own networks may be suppressed, half of the Internet may not', () => {
    for (const network of [
      '10.0.0.0/8',
      '192.168.0.0/16',
      'fc00::/7',
      '224.0.0.0/4',
      '198.51.100.0/24',
    ]) {
      expect([network, why('cidr', network, 'suppress')]).toEqual([network, undefined]);
    }
    for (const network of ['0.0.0.0/0', '0.0.0.0/7', '128.0.0.0/1', '::/0', '2000::/3']) {
      expect(why('cidr', network, 'suppress')).toMatch(/^is too large a network/);
    }
  });

  test.each([
    '9.0.0.0/8',
    '11.0.0.0/8',
    '8.8.8.0/24',
    '172.32.0.0/12',
    '100.128.0.0/10',
    '2a00:1450::/32',
    '2002:c000:204::/48',
  ])('%s is an ordinary network', (network) => {
    expect(why('cidr', network)).toBeUndefined();
  });
});

test('single addresses, URLs on them and hashes never are', () => {
  for (const role of roles) {
    for (const ip of ['10.0.0.1', '127.0.0.1', '0.0.0.0', '255.255.255.255', '::1', 'fe80::1']) {
      expect(why('ip', ip, role)).toBeUndefined();
    }
    expect(why('url', '192.168.0.1/gate.php', role)).toBeUndefined();
    expect(why('md5', '0'.repeat(32), role)).toBeUndefined();
    expect(why('sha1', '0'.repeat(40), role)).toBeUndefined();
    expect(why('sha256', '0'.repeat(64), role)).toBeUndefined();
  }
});

describe('properties', () => {
  const letter = fc.nat(25).map((at) => String.fromCharCode(97 + at));
  const label = fc.string({ unit: letter, minLength: 4, maxLength: 12 });
  const topLevel = fc.constantFrom(
    'com',
    'net',
    'org',
    'ru',
    'info',
    'xyz',
    'co.uk',
    'com.br',
    'example',
  );
  const domain = fc
    .tuple(fc.array(label, { minLength: 1, maxLength: 3 }), topLevel)
    .map(([labels, end]) => `${labels.join('.')}bad.${end}`);
  const role = fc.constantFrom(...roles);

  test('an ordinary domain is never refused, nor what is written with it', () => {
    fc.assert(
      fc.property(domain, label, role, (name, word, as) => {
        expect(why('domain', name, as)).toBeUndefined();
        for (const mask of ['', '/*', `/${word}`, `/${word}/*`, `/*${word}*`, `/${word}?*`, '?*']) {
          expect(why('url', `${name}${mask}`, as)).toBeUndefined();
          expect(why('url', `*.${name}${mask}`, as)).toBeUndefined();
          expect(why('url', `*${name}${mask}`, as)).toBeUndefined();
        }
      }),
      { numRuns },
    );
  });

  const bytes = fc.uint8Array({ minLength: 16, maxLength: 16 });
  const v4 = fc
    .tuple(fc.nat(2 ** 16 - 1), fc.nat(2 ** 16 - 1), fc.integer({ min: 8, max: 32 }))
    .map(([high, low, bits]) => `${high >> 8}.${high & 255}.${low >> 8}.${low & 255}/${bits}`);
  const v6 = fc
    .tuple(bytes, fc.integer({ min: 19, max: 128 }))
    .map(([address, bits]) => `${ipText(address)}/${bits}`);

  /** First and last address of a range as numbers: another way to look at them than bits. */
  function ends(text: string): readonly [family: number, first: bigint, last: bigint] | undefined {
    const range = parseCidr(text);
    if (range === undefined) return undefined;
    const first =
      range.family === 4
        ? BigInt(range.network)
        : BigInt(`0x${Buffer.from(range.bytes).toString('hex')}`);
    const size = 1n << BigInt((range.family === 4 ? 32 : 128) - range.bits);
    return [range.family, first, first + size - 1n];
  }
  const reserved = specialNetworks.map(({ range }) => ends(range.value));

  test('a network is refused when and only when it shares an address with a special one', () => {
    fc.assert(
      fc.property(fc.oneof(v4, v6), (network) => {
        const own = ends(network);
        if (own === undefined) return;
        const overlaps = reserved.some(
          (other) => other?.[0] === own[0] && other[1] <= own[2] && own[1] <= other[2],
        );
        expect(why('cidr', network) !== undefined).toBe(overlaps);
        if (!overlaps) expect(why('cidr', network, 'suppress')).toBeUndefined();
      }),
      { numRuns },
    );
  });

  test('every special network is refused, and every part and neighbourhood of it', () => {
    for (const { range } of specialNetworks) {
      expect(why('cidr', range.value)).toMatch(/\S/);
      expect(why('cidr', range.value, 'suppress')).toBeUndefined();
      const [address] = range.value.split('/') as [string];
      const longest = range.family === 4 ? 32 : 128;
      for (let bits = 0; bits <= longest; bits++) {
        expect([bits, why('cidr', `${address}/${bits}`)]).not.toEqual([bits, undefined]);
      }
    }
  });

  test('of IPv6 nothing but 2000::/3 is given out', () => {
    fc.assert(
      fc.property(bytes, fc.integer({ min: 19, max: 128 }), (address, bits) => {
        if ((address[0] as number) >> 5 === 1) return;
        expect(why('cidr', `${ipText(address)}/${bits}`)).toMatch(/^overlaps/);
      }),
      { numRuns },
    );
  });

  test('nothing throws, whatever a feed holds', () => {
    const text = fc.oneof(
      fc.string(),
      fc
        .array(fc.constantFrom('*', '.', '/', '?', 'com', 'co.uk', 'a', '[', ']', '1', ':'), {
          maxLength: 8,
        })
        .map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(text, role, (value, as) => {
        for (const read of [urlIndicator, domainIndicator, ipIndicator]) {
          const reading = read(value);
          if (!reading.ok) continue;
          const reason = overBroad(reading.value, as);
          if (reason !== undefined) expect(reason).toMatch(/^(?:is|has|would|overlaps) /);
        }
      }),
      { numRuns },
    );
  });
});
