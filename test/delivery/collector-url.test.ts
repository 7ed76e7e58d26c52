import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { ServiceError } from '../../forwarder/core/index.js';
import {
  checkCollector,
  collectorUrl,
  messageLimitOf,
  parseCollectorUrl,
} from '../../forwarder/delivery/index.js';

function problemOf(text: string, where?: string): ServiceError {
  try {
    parseCollectorUrl(text, where);
  } catch (error) {
    if (error instanceof ServiceError) return error;
    throw error;
  }
  throw new Error(`${text} was taken`);
}

describe('parseCollectorUrl', () => {
  test.each([
    ['udp://siem', { scheme: 'udp', host: 'siem', port: 514 }, 'udp://siem:514'],
    ['tcp://192.0.2.10', { scheme: 'tcp', host: '192.0.2.10', port: 514 }, 'tcp://192.0.2.10:514'],
    ['tls://Siem.Example', { scheme: 'tls', host: 'siem.example', port: 6514 }, undefined],
    ['TCP://siem:1514/', { scheme: 'tcp', host: 'siem', port: 1514 }, 'tcp://siem:1514'],
    ['tcp://[2001:db8::1]', { scheme: 'tcp', host: '2001:db8::1', port: 514 }, undefined],
    ['tls://[::1]:7000', { scheme: 'tls', host: '::1', port: 7000 }, 'tls://[::1]:7000'],
    [
      'tcp://bücher.example',
      { scheme: 'tcp', host: 'xn--bcher-kva.example', port: 514 },
      undefined,
    ],
    ['unix:///run/a b%20?.sock', { scheme: 'unix', path: '/run/a b%20?.sock' }, undefined],
  ] as const)('%s', (text, address, shown) => {
    expect(parseCollectorUrl(text)).toEqual(address);
    if (shown !== undefined) expect(collectorUrl(parseCollectorUrl(text))).toBe(shown);
  });

  test.each([
    ['siem:514', /no URL/],
    ['', /no URL/],
    ['tcp:/siem', /no URL/],
    ['syslog://siem', /unknown scheme/],
    ['ssl://siem', /unknown scheme "ssl"/],
    ['tcp://', /host is missing/],
    ['tcp://:514', /host is missing/],
    ['tcp://siem:0', /port/],
    ['tcp://siem:65536', /port/],
    ['tcp://siem:', /port/],
    ['tcp://siem:5x', /port/],
    ['tcp://2001:db8::1', /host from port/],
    ['tcp://[2001:db8::zz]', /IPv6/],
    ['tcp://300.1.1.1', /IPv4/],
    ['tcp://si em', /host/],
    ['tcp://si\nem', /host/],
    ['tcp://siem/path', /ends after its port/],
    ['tcp://siem?x=1', /ends after its port/],
    ['unix://run/x', /absolute path/],
    ['unix:///', /absolute path/],
    [`unix:///${'x'.repeat(120)}`, /too long/],
    ['unix:///run/\n', /control/],
  ])('%j is refused', (text, message) => {
    const problem = problemOf(text, 'delivery.collectors[1].url');
    expect(problem.code).toBe('TF_CONFIG');
    expect(problem.message).toMatch(message);
    expect(problem.where).toBe('delivery.collectors[1].url');
    expect(problem.hint).toBeTruthy();
  });

  test.each([
    'tcp://user:pa55word@siem:514',
    'tcp://user:pa/55word@siem',
    'tls://pa55word@siem',
    'http://user:pa55word@siem',
    'user:pa55word@siem',
    'tcp://siem?token=pa55word',
    'tcp://siem/pa55word',
    'tcp://a@b:pa55word@siem',
  ])('%s: the error does not show the secret', (text) => {
    const { message, where, hint, stack } = problemOf(text);
    expect([message, where, hint, stack].join(' ')).not.toMatch(/55word/);
  });

  test('any text gives an address that survives being shown, or a TF_CONFIG', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc
        .tuple(
          fc.constantFrom('udp://', 'tcp://', 'tls://', 'unix://', 'unix:///', ''),
          fc.string(),
          fc.constantFrom('', ':1', ':99999', '/'),
        )
        .map((parts) => parts.join('')),
      fc.tuple(fc.constantFrom('tcp', 'tls', 'udp'), fc.ipV6()).map(([s, ip]) => `${s}://[${ip}]`),
    );
    fc.assert(
      fc.property(text, (url) => {
        try {
          const address = parseCollectorUrl(url);
          expect(parseCollectorUrl(collectorUrl(address))).toEqual(address);
        } catch (error) {
          expect(error).toBeInstanceOf(ServiceError);
          expect((error as ServiceError).code).toBe('TF_CONFIG');
          expect((error as ServiceError).message).not.toMatch(/[\n\r\0]/);
        }
      }),
    );
  });
});

describe('checkCollector', () => {
  test.each([
    [{ url: 'tcp://siem', ca: 'a.pem' }, 'delivery.collectors[0].ca'],
    [{ url: 'unix:///x', serverName: 'a' }, 'delivery.collectors[0].serverName'],
    [{ url: 'tls://siem', cert: 'a.pem' }, 'delivery.collectors[0].key'],
    [{ url: 'tls://siem', key: 'a.key' }, 'delivery.collectors[0].cert'],
    [{ url: 'udp://siem', assured: true }, 'delivery.collectors[0].assured'],
    [{ url: 'unix:///x', assured: true }, 'delivery.collectors[0].assured'],
    [{ url: 'siem' }, 'delivery.collectors[0].url'],
  ])('%j is refused at its field', (options, where) => {
    expect(() => checkCollector(options, 'delivery.collectors[0]')).toThrow(
      expect.objectContaining({ code: 'TF_CONFIG', where }),
    );
  });

  test('one UDP collector among them makes the limit of a message that of UDP', () => {
    expect(messageLimitOf([])).toBe(4000);
    expect(messageLimitOf([{ url: 'tcp://a' }, { url: 'tls://b' }])).toBe(4000);
    expect(messageLimitOf([{ url: 'tcp://a' }, { url: 'udp://b' }])).toBe(1000);
  });
});
