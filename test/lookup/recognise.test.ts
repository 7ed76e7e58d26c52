import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { lookupKinds, type LookupKind } from '../../forwarder/lookup/lookup-object.js';
import { recognise } from '../../forwarder/lookup/recognise.js';

const md5 = 'feaf2058298c1e174c2b79affc7cf4df';
const sha1 = 'd01d17f6b13c7255a234f558ed85078ea5dd3f3d';
const sha256 = '4ca914c9791cf2bf2ac69f9a2b21006f0361e247f2ce92f0a9f166dbc6b43670';
const long = `http://example.com/${'a'.repeat(3000)}`;

describe('a text is recognised', () => {
  test.each<[text: string, kind: LookupKind, value: string]>([
    [md5, 'hash', md5.toUpperCase()],
    [`0x${sha1}`, 'hash', sha1.toUpperCase()],
    [` 0X${sha256.toUpperCase()}\t`, 'hash', sha256.toUpperCase()],
    ['1'.repeat(32), 'hash', '1'.repeat(32)],
    ['192.0.2.1', 'ip', '192.0.2.1'],
    ['192[.]0[.]2[.]1', 'ip', '192.0.2.1'],
    ['192.0.2(.)1', 'ip', '192.0.2.1'],
    ['10.0.0.1', 'ip', '10.0.0.1'],
    ['127.0.0.1', 'ip', '127.0.0.1'],
    ['2001:DB8:0::1', 'ip', '2001:db8::1'],
    ['[2001:db8::1]', 'ip', '2001:db8::1'],
    ['2001[:]db8[:][:]1', 'ip', '2001:db8::1'],
    ['fe80::1', 'ip', 'fe80::1'],
    ['::ffff:192.0.2.1', 'ip', '192.0.2.1'],
    ['Example.COM', 'domain', 'example.com'],
    ['example.com.', 'domain', 'example.com'],
    ['www.example.com', 'domain', 'www.example.com'],
    ['evil[.]example', 'domain', 'evil.example'],
    ['evil(.)example', 'domain', 'evil.example'],
    [' evil [.] example ', 'domain', 'evil.example'],
    ['evil[dot]example', 'domain', 'evil.example'],
    ['тест.рф', 'domain', 'xn--e1aybc.xn--p1ai'],
    ['_dmarc.example.com', 'domain', '_dmarc.example.com'],
    ['http://example.com', 'url', 'http://example.com'],
    ['HTTPS://Example.com/Path?Q=1', 'url', 'https://example.com/Path?Q=1'],
    ['hxxp://evil.example/a', 'url', 'http://evil.example/a'],
    ['hXXps[:]//evil[.]example/a[.]php', 'url', 'https://evil.example/a.php'],
    ['hxxp[://]evil(.)example', 'url', 'http://evil.example'],
    ['http://a.example/x[.]y', 'url', 'http://a.example/x[.]y'],
    ['http://a.example/x [dot] y', 'url', 'http://a.example/x [dot] y'],
    ['example.com/a', 'url', 'example.com/a'],
    ['example.com/', 'url', 'example.com/'],
    ['example.com:8080/a', 'url', 'example.com:8080/a'],
    ['example.com?q', 'url', 'example.com?q'],
    ['http://192.0.2.1', 'url', 'http://192.0.2.1'],
    ['http://192.0.2.0/24', 'url', 'http://192.0.2.0/24'],
    ['192.0.2.1/a', 'url', '192.0.2.1/a'],
    ['http://[2001:DB8::1]:80/x', 'url', 'http://[2001:db8::1]:80/x'],
    ['http://2001:db8::1/x', 'url', 'http://[2001:db8::1]/x'],
    ['http://520966948/', 'url', 'http://31.13.83.36/'],
    ['http://тест.рф/путь', 'url', 'http://xn--e1aybc.xn--p1ai/путь'],
    ['http://intranet/', 'url', 'http://intranet/'],
    ['http://user:secret@example.com/a@b#part', 'url', 'http://example.com/a@b'],
    ['http://good.example\\@evil.example/', 'url', 'http://good.example\\@evil.example/'],
    ['ftp://example.com/a', 'url', 'ftp://example.com/a'],
    ['http://example.com/%20 x', 'url', 'http://example.com/%20 x'],
    [long, 'url', long],
  ])('%p: %s', (text, kind, value) => {
    expect(recognise(text)).toEqual({ ok: true, value: { kind, value, text } });
    expect(recognise(text, kind)).toEqual({ ok: true, value: { kind, value, text } });
  });

  test.each<[text: string, value: string]>([
    ['example.com', 'example.com'],
    ['example.com:8080', 'example.com:8080'],
    ['192.0.2.1', 'http://192.0.2.1'],
    ['2001:db8::1', 'http://[2001:db8::1]'],
    ['192.0.2.0/24', '192.0.2.0/24'],
  ])('%p, where a URL is wanted', (text, value) => {
    expect(recognise(text, 'url')).toEqual({ ok: true, value: { kind: 'url', value, text } });
  });
});

describe('a text is refused, with what is wrong, where and what to do', () => {
  test.each<[text: string, problem: RegExp]>([
    ['', /is empty: give/],
    [' \t ', /is empty: give/],
    [md5.slice(1), /has 31 hex digits: an MD5 has 32/],
    ['0x12345678901234567', /has 17 hex digits/],
    ['192.0.2.256', /part 4 is no number from 0 to 255/],
    ['192.0.02.1', /part 3 is no number from 0 to 255 without leading zeros/],
    ['192.0.2', /is no IP address: give it as 192\.0\.2\.1/],
    ['192.0.2.0/24', /is a range of addresses.*one by one, such as 192\.0\.2\.0/],
    ['2001:db8::/32', /is a range of addresses.*2001:db8::$/],
    ['192.0.2.1:80', /has a port: leave it out, 192\.0\.2\.1,/],
    ['[2001:db8::1]:80', /has a port: leave it out, 2001:db8::1,/],
    ['fe80::1%eth0', /has a zone: leave out the "%"/],
    ['2001:db8:::1', /is no IP address/],
    ['user@example.com', /is a mail address: look up the domain/],
    ['*.example.com', /has a wildcard: look up the domain after/],
    ['example.com:80', /has a port: leave out/],
    ['localhost', /is no hash, IP address, URL or domain: it has no dot/],
    ['two words', /is no hash, IP address, URL or domain: character 4/],
    ['a..example', /its part 2 is empty or too long/],
    [`${'a'.repeat(64)}.example`, /its part 1 is empty or too long/],
    [`${'a.'.repeat(140)}example`, /more than 253 characters/],
    ['example.123', /its last part cannot be a number/],
    ['http://', /is no URL: it has no host/],
    ['/etc/passwd', /is no URL: it has no host/],
    ['see example.com/a', /is no URL: what stands before the first "\/" is no host/],
    ['folder/file', /is no host/],
    ['example.com\\user', /is no host/],
    ['user@example.com/a', /is no host/],
    ['http://192.0.2.256/', /is no host/],
    ['http://a.example:65536/', /its port is more than 65535/],
    ['ldap://a.example/x', /must begin with http:\/\/ or https:\/\//],
    ['a.example\nb.example', /has a control character at 10: give one value at a time/],
    ['http://a.example/\u0000', /has a control character at 18/],
    ['http://a.example/\ud800', /has a control character at 18/],
  ])('%p', (text, problem) => {
    const found = recognise(text);
    expect(found.ok ? found.value : found.problem).toMatch(problem);
  });

  test.each<[text: string, kind: LookupKind, problem: RegExp]>([
    ['example.com', 'hash', /is a domain, not a hash: look it up as a domain/],
    ['192.0.2.1', 'hash', /is an IP address, not a hash/],
    [`${md5.slice(1)}g`, 'hash', /character 32 is no hex digit/],
    ['0xg', 'hash', /character 3 is no hex digit/],
    ['abc', 'hash', /has 3 hex digits/],
    ['http://192.0.2.1/', 'ip', /is a URL, not an IP address/],
    ['example.com', 'ip', /is a domain, not an IP address/],
    ['192.0.2.0/24', 'ip', /is a range of addresses/],
    ['nonsense', 'ip', /is no IP address: give it as/],
    ['192.0.2.1', 'domain', /is an IP address, not a domain/],
    ['http://example.com/', 'domain', /is a URL, not a domain: look it up as a URL/],
    ['localhost', 'domain', /is no domain: it has no dot/],
    [md5, 'domain', /is a hash, not a domain/],
    [md5, 'url', /is a hash, not a URL/],
    ['nonsense', 'url', /is no URL/],
    ['', 'url', /is empty/],
  ])('%p as %s', (text, kind, problem) => {
    const found = recognise(text, kind);
    expect(found.ok ? found.value : found.problem).toMatch(problem);
  });
});

const letters = ['\u00e4', '\u0442', '://', 'http', 'hxxp', '[.]', '::', 'com'].concat(
  'abcXYZ019.:/?#@%[]()\\-_* '.split(''),
);
const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.array(fc.constantFrom(...letters), { maxLength: 20 }).map((parts) => parts.join('')),
  fc.webUrl({ withQueryParameters: true, withFragments: true }),
  fc.domain(),
  fc.ipV4(),
  fc.ipV6(),
);

describe('whatever the text', () => {
  test('it is one thing or refused, and what is asked for is fit for it', () => {
    fc.assert(
      fc.property(anyText, fc.option(fc.constantFrom(...lookupKinds)), (text, kind) => {
        const found = recognise(text, kind ?? undefined);
        if (!found.ok) {
          expect(found.problem).toMatch(/^(?:is|has) .{5,150}$/);
          return;
        }
        const { value } = found.value;
        expect(found.value.text).toBe(text);
        if (kind !== null) expect(found.value.kind).toBe(kind);
        expect(value).not.toMatch(/[\u0000-\u001f\u007f#]|^\s|\s$/);
        expect(() => encodeURIComponent(value)).not.toThrow();
        const shapes: Record<LookupKind, RegExp> = {
          hash: /^(?:[0-9A-F]{32}|[0-9A-F]{40}|[0-9A-F]{64})$/,
          ip: /^(?:\d+\.){3}\d+$|^[0-9a-f:]+$/,
          domain: /^[a-z0-9_-]+(?:\.[a-z0-9_-]+)+$/,
          url: /^(?:(?:https?|ftp):\/\/)?(?:[a-z0-9._-]+|\[[0-9a-f:]+\])(?::\d+)?(?:[/?\\].*)?$/s,
        };
        expect(value).toMatch(shapes[found.value.kind]);
      }),
      { numRuns: 2000 },
    );
  });

  test('what is asked for is recognised as itself', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const found = recognise(text);
        if (!found.ok) return;
        const { kind, value } = found.value;
        expect(recognise(value, kind)).toEqual({ ok: true, value: { kind, value, text: value } });
      }),
      { numRuns: 2000 },
    );
  });

  test('defanging changes nothing', () => {
    fc.assert(
      fc.property(fc.oneof(fc.domain(), fc.ipV4(), fc.webUrl()), (text) => {
        const plain = recognise(text);
        const head = /^(?:https?:\/\/)?[^/?#]*/.exec(text)?.[0] ?? '';
        const fangs = head.replaceAll('.', '[.]').replace(/^http(s?):/, 'hxxp$1[:]');
        const found = recognise(fangs + text.slice(head.length));
        expect(found.ok ? found.value.value : found).toBe(plain.ok ? plain.value.value : plain);
      }),
      { numRuns: 500 },
    );
  });

  test('a very long text takes no long time', () => {
    for (const part of ['a', '.', '[.]', ' ', '/', 'a@', ':', '0', '*.', '[', 'ä']) {
      const text = `http${part.repeat(50_000)}x`;
      for (const kind of [undefined, ...lookupKinds]) recognise(text, kind);
    }
    expect(recognise(`http://e.example/${'[.] '.repeat(30_000)}x`).ok).toBe(true);
  });
});
