import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, afterEach, describe, expect, test } from '@jest/globals';

import { syslogHeader } from '../../dsm/syslog/header.js';
import type { Message } from '../../forwarder/core/index.js';
import { sendOnce } from '../../forwarder/delivery/index.js';
import type { CollectorOptions } from '../../forwarder/delivery/index.js';
import { checkCollector } from '../../forwarder/delivery/collector-options.js';
import { createTransport } from '../../forwarder/delivery/transports/index.js';
import type {
  CollectorTransport,
  TransportSettings,
} from '../../forwarder/delivery/transports/index.js';
import type { Wording } from '../../forwarder/delivery/wording.js';
import { startFakeCollector } from '../faults/fake-collector.js';
import type { FakeCollector } from '../faults/fake-collector.js';
import { startFakeOutput } from '../faults/fake-output.js';
import { messageOf } from '../faults/messages.js';
import { createAuthority, whyNoCertificates } from '../support/certificates.js';

/** What each transport writes to a collector that wants another dialect. */
const settings: TransportSettings = {
  identifier: 'KL_Threat_Feed_Service_V2',
  facility: 16,
  severity: 6,
  timeZone: 'utc',
  connectTimeoutMs: 20_000,
  stallTimeoutMs: 20_000,
};
const longMs = 15_000;
const never = new AbortController().signal;
const folder = mkdtempSync(join(tmpdir(), 'tf-dialects-'));
const noCertificates = whyNoCertificates();
const authority = noCertificates === undefined ? createAuthority('Dialects CA') : undefined;
const server = authority?.issue({ name: 'server', names: 'IP:127.0.0.1' });
const ending: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const end of ending.splice(0)) await end();
});
afterAll(() => {
  authority?.remove();
  rmSync(folder, { recursive: true, force: true });
});

type Scheme = 'udp' | 'tcp' | 'tls' | 'unix' | 'stdout';
interface Rig {
  readonly peer: FakeCollector;
  readonly transport: CollectorTransport;
}

let sockets = 0;
async function peerOf(scheme: Exclude<Scheme, 'stdout'>): Promise<FakeCollector> {
  const tls = server && { cert: server.cert, key: server.key };
  const path = join(folder, `${sockets++}.sock`);
  const peer = await startFakeCollector({ scheme, path, ...(tls === undefined ? {} : { tls }) });
  ending.push(() => peer.stop('reset'));
  return peer;
}

async function rigOf(scheme: Scheme, wording: Wording, assured?: boolean): Promise<Rig> {
  let rig: Rig;
  if (scheme === 'stdout') {
    const { peer, output } = startFakeOutput({ kind: 'read' });
    rig = { peer, transport: createTransport(undefined, { ...settings, wording, output }) };
  } else {
    const peer = await peerOf(scheme);
    const ca = scheme === 'tls' ? authority?.certFile : undefined;
    const collector = checkCollector({ url: peer.url, ca, assured, ...wording });
    rig = { peer, transport: createTransport(collector, settings) };
  }
  ending.unshift(() => rig.transport.close(0));
  await rig.transport.open(never);
  return rig;
}

const { atMs, body } = messageOf(0);
const header = syslogHeader({
  facility: 16,
  severity: 6,
  host: settings.identifier,
  timeZone: 'utc',
  atMs,
});
const variants = { arcsight: 'CEF:0|Zoë=☃\tx', kuma: 'category=1\n<134>evil\r', empty: '' };
const message: Message = { ...messageOf(0), variants };

const subjects: readonly (readonly [string, Scheme, boolean?])[] = [
  ['udp', 'udp'],
  ['tcp, assured', 'tcp'],
  ['tcp, not assured', 'tcp', false],
  ['tls, assured', 'tls'],
  ['tls, not assured', 'tls', false],
  ['unix', 'unix'],
  ['stdout', 'stdout'],
];
const runnable = subjects.filter(([, scheme]) => scheme !== 'tls' || noCertificates === undefined);

describe.each(runnable)('%s', (_, scheme, assured) => {
  test.each<readonly [string, Wording, string]>([
    ['its own dialect behind a header', { dialect: 'arcsight' }, header + variants.arcsight],
    ['its own dialect alone', { dialect: 'arcsight', header: 'none' }, variants.arcsight],
    ['one line of several', { dialect: 'kuma', header: 'none' }, 'category=1 <134>evil '],
    ['body, when it has no dialect', {}, header + body],
    ['body alone, when it wants that', { header: 'none' }, body],
    [
      'body alone, when that is its dialect',
      { dialect: 'x', header: 'none', takesBody: true },
      body,
    ],
    [
      'its dialect, where another one was body before',
      { dialect: 'arcsight', header: 'none', takesBody: true },
      variants.arcsight,
    ],
    ['body behind a header for want of its dialect', { dialect: 'x' }, header + body],
    ['and so though it wants none', { dialect: 'x', header: 'none' }, header + body],
    ['body for a name all objects have', { dialect: 'constructor', header: 'none' }, header + body],
  ])('%s', async (_title, wording, line) => {
    const { peer, transport } = await rigOf(scheme, wording, assured);
    expect(await transport.write([message, { ...message, id: 'again' }])).toBe(2);
    await peer.waitFor(2, longMs);
    await transport.close(longMs);
    expect(peer.lines).toEqual([line, line]);
    expect(peer.fragments).toEqual([]);
  });

  test('an empty text is not written, and counts as taken', async () => {
    const { peer, transport } = await rigOf(scheme, { dialect: 'empty' }, assured);
    expect(await transport.write([message])).toBe(1);
    const other = { ...message, variants: { empty: 'not empty' } };
    expect(await transport.write([message, other, message])).toBe(3);
    await peer.waitFor(1, longMs);
    await transport.close(longMs);
    expect(peer.lines).toEqual([`${header}not empty`]);
  });

  test('a dialect may be called __proto__', async () => {
    const named = Object.fromEntries([['__proto__', 'by its name']]);
    const wording = { dialect: '__proto__', header: 'none' } as const;
    const { peer, transport } = await rigOf(scheme, wording, assured);
    const plain = { ...messageOf(0), variants: {} };
    expect(await transport.write([{ ...plain, variants: named }, plain])).toBe(2);
    await peer.waitFor(2, longMs);
    expect(peer.lines).toEqual(['by its name', header + body]);
  });

  test('many: each as a line, or a datagram, of its own', async () => {
    const wording = { dialect: 'mine', header: 'none' } as const;
    const { peer, transport } = await rigOf(scheme, wording, assured);
    const texts = Array.from({ length: 500 }, (_item, n) => `é${n}`.padEnd((n % 7) * 90, 'x'));
    const messages = texts.map((mine, n) => ({ ...messageOf(n), variants: { mine } }));
    expect(await transport.write(messages)).toBe(500);
    await peer.waitFor(500, longMs);
    expect(peer.lines).toEqual(texts);
  });
});

test('an assured transport knows the end of what it wrote to the byte, with a header and without', async () => {
  const wording = { dialect: 'arcsight', header: 'none' } as const;
  const { peer, transport } = await rigOf('tcp', wording);
  expect(await transport.write([message, messageOf(1), message])).toBe(3);
  await peer.waitFor(3, longMs);
  const bytes = Buffer.byteLength(peer.lines.map((line) => `${line}\n`).join(''));
  expect(peer.lines).toEqual([variants.arcsight, header + messageOf(1).body, variants.arcsight]);
  expect(transport.assurance?.sentBytes).toBe(bytes);
  await transport.close(longMs);
  expect([transport.assurance?.acknowledgedBytes, transport.assurance?.isAllRead]).toEqual([
    bytes,
    true,
  ]);
});

describe('a message that is sent once, past delivery', () => {
  test.each(['udp', 'tcp'] as const)('%s: is in the dialect of who takes it', async (scheme) => {
    const peer = await peerOf(scheme);
    const collectors: readonly CollectorOptions[] = [
      { url: 'unix:///no/such/socket', dialect: 'kuma' },
      { url: peer.url, dialect: 'arcsight', header: 'none' },
    ];
    expect(await sendOnce(collectors, settings, message)).toBe(peer.url);
    await peer.waitFor(1, longMs);
    expect(peer.lines).toEqual([variants.arcsight]);
  });
});

describe('the name of a dialect', () => {
  test.each(['x', 'ours-2', '__proto__', 'é'.repeat(32)])('may be %s', (dialect) => {
    expect(checkCollector({ url: 'tcp://a', dialect })).toMatchObject({ dialect });
  });

  test.each(['', 'x'.repeat(65), 'é'.repeat(33)])('may not be %p', (dialect) => {
    expect(() => checkCollector({ url: 'tcp://a', dialect }, 'delivery.collectors[0]')).toThrow(
      expect.objectContaining({
        code: 'TF_CONFIG',
        where: 'delivery.collectors[0].dialect',
        hint: 'a name has 1 to 64 bytes',
      }),
    );
  });
});
