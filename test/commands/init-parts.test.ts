import { isIPv4, isIPv6 } from 'node:net';

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { parseJsaAddress } from '../../forwarder/commands/support/init/jsa-address.js';
import { parseProxy, withUser } from '../../forwarder/commands/support/init/proxy.js';
import { parseCollectorUrl } from '../../forwarder/delivery/index.js';

describe("JSA's connection string", () => {
  test.each([
    ['192.0.2.10:514', 'tcp://192.0.2.10:514'],
    [' 192.0.2.10 ', 'tcp://192.0.2.10:514'],
    ['[2001:db8::1]:1514', 'tcp://[2001:db8::1]:1514'],
    ['2001:db8::1', 'tcp://[2001:db8::1]:514'],
    ['JSA.example.org:514', 'tcp://jsa.example.org:514'],
    ['/dev/log', 'unix:///dev/log'],
    ['unix:///dev/log', 'unix:///dev/log'],
    ['udp://192.0.2.10', 'udp://192.0.2.10:514'],
    ['tls://jsa.example.org', 'tls://jsa.example.org:6514'],
  ])('%s is %s', (text, url) => {
    expect(parseJsaAddress(text)).toEqual({ ok: true, value: url });
  });

  test.each([
    '',
    ':514',
    '192.0.2.256:514',
    '192.0.2.1:0',
    'http://x:1',
    'a b:1',
    '[::1:514',
    'unix://x',
  ])('%p is refused with a reason', (text) => {
    expect(parseJsaAddress(text)).toEqual({ ok: false, problem: expect.any(String) });
  });

  test('whatever is taken is a collector, and stays what it is', () => {
    const part = fc.oneof(
      fc.string(),
      fc.ipV4(),
      fc.ipV6(),
      fc.domain(),
      fc.nat(70_000).map(String),
    );
    const text = fc.array(
      fc.oneof(part, fc.constantFrom(':', '[', ']', '://', '/', 'tcp', 'unix')),
    );
    fc.assert(
      fc.property(text, (parts) => {
        const parsed = parseJsaAddress(parts.join(''));
        if (!parsed.ok) return;
        parseCollectorUrl(parsed.value);
        expect(parseJsaAddress(parsed.value)).toEqual(parsed);
      }),
    );
    fc.assert(
      fc.property(
        fc.oneof(fc.ipV4(), fc.ipV6(), fc.domain()),
        fc.integer({ min: 1, max: 65535 }),
        (host, port) => {
          const shown = isIPv6(host) ? `[${host}]` : host;
          const parsed = parseJsaAddress(`${shown}:${port}`);
          expect(parsed.ok || (!isIPv4(host) && !isIPv6(host))).toBe(true);
        },
      ),
    );
  });
});

describe('the address of a proxy', () => {
  test.each([
    ['http://192.0.2.8:3128', 'http://192.0.2.8:3128'],
    ['http://proxy.example:80/', 'http://proxy.example:80'],
    ['http://u:p@[2001:db8::8]:3128', 'http://u:p@[2001:db8::8]:3128'],
  ])('%s is taken', (text, address) => {
    expect(parseProxy(text)).toEqual({ ok: true, value: address });
  });

  test.each([
    '',
    'proxy.example:1',
    'http://proxy.example',
    'socks5://a:1',
    'http://a:1/x',
    'http://:1',
  ])('%p is refused', (text) => {
    expect(parseProxy(text).ok).toBe(false);
  });

  test('holds any user name and password', () => {
    const any = fc.string({ minLength: 1, unit: 'grapheme' });
    fc.assert(
      fc.property(any, any, (user, password) => {
        const url = new URL(withUser('http://proxy.example:3128', user, password));
        expect(url.host).toBe('proxy.example:3128');
        expect(decodeURIComponent(url.username)).toBe(user);
        expect(decodeURIComponent(url.password)).toBe(password);
      }),
    );
  });
});
