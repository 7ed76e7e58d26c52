import { describe, expect, test } from '@jest/globals';

import { parseServiceAddress } from '../../../forwarder/commands/support/scan/service-address.js';
import { readScanOptions } from '../../../forwarder/commands/support/scan/scan-options.js';
import type { ScanOptions } from '../../../forwarder/commands/support/scan/scan-options.js';
import {
  hashValue,
  ipValue,
  urlValue,
  valueEvent,
} from '../../../forwarder/commands/support/scan/value-events.js';

const options = (given: Readonly<Record<string, unknown>>): Promise<ScanOptions> =>
  readScanOptions(given, ['events.log'], '/work', () => undefined);

describe('the address of a service', () => {
  test.each([
    ['127.0.0.1:9999', { host: '127.0.0.1', port: 9999 }],
    ['[2001:db8::1]:99', { host: '2001:db8::1', port: 99 }],
    ['/run/cybertrace.sock', { path: '/run/cybertrace.sock' }],
    ['unix:///run/x.sock', { path: '/run/x.sock' }],
    ['./x.sock', { path: './x.sock' }],
  ])('%p', (text, address) => {
    expect(parseServiceAddress(text, '--connect')).toEqual(address);
  });

  test.each([
    ['\\\\.\\pipe\\cybertrace', 'named pipe'],
    ['127.0.0.1', 'no address'],
    ['127.0.0.1:0', 'port 0'],
    ['127.0.0.1:99999', 'no address'],
    [`/${'x'.repeat(120)}`, 'too long'],
  ])('%.30p is refused', (text, reason) => {
    expect(() => parseServiceAddress(text, 'Connection')).toThrow(
      expect.objectContaining({
        code: 'TF_USAGE',
        where: 'Connection',
        message: expect.stringContaining(reason),
      }),
    );
  });
});

describe('values', () => {
  const pattern = 'ip=%IP% md5=%MD5% sha1=%SHA1% sha256=%SHA256% url=%URL%';

  test('fill the field of their kind and leave the others empty', () => {
    const event = (value: Parameters<typeof valueEvent>[1]): string => valueEvent(pattern, value);
    expect(event(ipValue('2001:db8::1'))).toBe('ip=2001:db8::1 md5= sha1= sha256= url=');
    expect(event(urlValue('a.example/$&'))).toBe('ip= md5= sha1= sha256= url=a.example/$&');
    for (const [length, field] of [
      [32, 'md5'],
      [40, 'sha1'],
      [64, 'sha256'],
    ] as const) {
      const hash = 'aB'.repeat(length / 2);
      expect(event(hashValue(hash))).toContain(`${field}=${hash} `);
    }
  });

  test('that are none are refused', () => {
    for (const bad of [
      () => ipValue('192.0.2.256'),
      () => hashValue('abc'),
      () => hashValue('z'.repeat(32)),
      () => urlValue('http://a.example/ b'),
      () => urlValue('a\nb'),
    ]) {
      expect(bad).toThrow(expect.objectContaining({ code: 'TF_USAGE' }));
    }
  });
});

describe('options', () => {
  test('without any: events are sent to the default service, nothing is waited for', async () => {
    expect(await options({})).toMatchObject({
      target: { kind: 'service', address: { host: '127.0.0.1', port: 9999 }, wantsReplies: false },
      threads: 8,
      timeoutMs: 15_000,
      outputDirectory: '/work',
      showsFound: false,
    });
  });

  test.each([
    [{ report: true }, false],
    [{ csv: 'x.csv' }, false],
    [{ json: true }, false],
    [{ ip: ['192.0.2.1'] }, true],
    [{ failOnDetect: true }, true],
  ])('%p asks for replies; shown on standard output: %p', async (given, showsFound) => {
    const read = await options(given);
    expect(read.target).toMatchObject({ wantsReplies: true });
    expect(read.showsFound).toBe(showsFound);
  });

  test.each([
    [{ connect: 'a:1', local: true }, 'exclude'],
    [{ connect: 'a:1', collector: 'udp://a' }, 'exclude'],
    [{ collector: 'udp://a', report: true }, 'does not answer'],
    [{ csv: '-', json: true }, 'standard output'],
    [{ header: true }, '--collector'],
    [{ collector: 'tcp://a', ca: 'x.pem' }, 'tls://'],
    [{ serviceConfig: 'x.yaml' }, '--local'],
    [{ set: ['a=b'] }, '--local'],
    [{ threads: '0' }, '"0"'],
    [{ timeout: 'soon' }, '"soon"'],
    [{ finished: '' }, '--finished'],
    [{ connect: 'nowhere' }, 'no address'],
  ])('%p is refused', async (given, reason) => {
    await expect(options(given)).rejects.toMatchObject({
      code: 'TF_USAGE',
      message: expect.stringContaining(reason) as unknown,
    });
  });

  test('a collector that is no URL is refused', async () => {
    await expect(options({ collector: 'siem:514' })).rejects.toMatchObject({ code: 'TF_CONFIG' });
  });

  test('nothing to scan is refused', async () => {
    await expect(readScanOptions({}, [], '/work', () => undefined)).rejects.toMatchObject({
      code: 'TF_USAGE',
    });
  });
});
