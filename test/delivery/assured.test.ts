import { afterAll, afterEach, describe, expect, test } from '@jest/globals';

import type { CollectorOptions } from '../../forwarder/delivery/index.js';
import { StallError } from '../../forwarder/delivery/transports/index.js';
import type { TransportSettings } from '../../forwarder/delivery/transports/index.js';
import { until } from '../faults/fake-collector.js';
import { messagesOf, numbersOf } from '../faults/messages.js';
import { createAuthority, whyNoCertificates } from '../support/certificates.js';
import { assuredTo, never, pollMs, startPeer } from './assured-rig.js';
import type { AssuredRig, Peer, PeerOptions } from './assured-rig.js';

const noCertificates = whyNoCertificates();
const authority = noCertificates === undefined ? createAuthority('Assured CA') : undefined;
const server = authority?.issue({ name: 'server', names: 'DNS:localhost,IP:127.0.0.1' });

afterAll(() => {
  authority?.remove();
});

const ending: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const end of ending.splice(0)) await end();
});

const ways = [
  ['tcp over IPv4', { host: '127.0.0.1' }],
  ['tcp over IPv6', { host: '::1' }],
  ['TLS 1.3', { tls: { cert: server?.cert, key: server?.key } }],
  ['TLS 1.2', { tls: { cert: server?.cert, key: server?.key, maxVersion: 'TLSv1.2' } }],
] as const satisfies readonly (readonly [string, PeerOptions])[];

async function open(
  way: PeerOptions,
  changed: Partial<TransportSettings> = {},
): Promise<AssuredRig & { readonly peer: Peer }> {
  const peer = await startPeer(way);
  const options: CollectorOptions = {
    url: peer.url,
    ...(way.tls === undefined ? {} : { ca: authority?.certFile }),
  };
  const rig = assuredTo(options, changed);
  ending.push(
    () => rig.transport.close(0),
    () => peer.stop(),
  );
  await rig.transport.open(never);
  await until('the connection', () => peer.connections.length === 1);
  return { ...rig, peer };
}

/** More than the buffers of both kernels hold. */
const tooMany = messagesOf(20_000, 1000);

/** Writes until the buffers are full; resolves when nothing moves any more, with the write. */
async function fill({
  transport,
  assurance,
}: AssuredRig): Promise<{ readonly writing: Promise<number> }> {
  const writing = transport.write(tooMany);
  let sent = -1;
  while (sent !== assurance.sentBytes || sent === 0) {
    sent = assurance.sentBytes;
    await new Promise((resolve) => setTimeout(resolve, 5 * pollMs));
  }
  return { writing };
}

const runnable = noCertificates === undefined ? ways : ways.slice(0, 2);

describe.each(runnable)('assured, %s', (_name, way) => {
  test('what counts as acknowledged the peer has, at every moment; and it comes to be all', async () => {
    const { transport, assurance, losses, peer } = await open(way);
    expect([assurance.sentBytes, assurance.acknowledgedBytes]).toEqual([0, 0]);
    let progress = 0;
    let highest = 0;
    assurance.onProgress = () => {
      progress++;
      expect(assurance.acknowledgedBytes).toBeGreaterThan(highest);
      highest = assurance.acknowledgedBytes;
      expect(highest).toBeLessThanOrEqual(peer.kernelBytes());
      expect(highest).toBeLessThanOrEqual(assurance.sentBytes);
    };
    const { writing } = await fill({ transport, assurance, losses });
    // The peer has not read a byte: what it has lies in its kernel, the rest in ours.
    await until('what it has', () => assurance.acknowledgedBytes > 0);
    expect(assurance.sentBytes - assurance.acknowledgedBytes).toBeGreaterThan(1_000_000);
    expect(assurance.isAllRead).toBe(false);
    for (let turn = 0; turn < 20; turn++) {
      peer.read();
      await new Promise((resolve) => setTimeout(resolve, 10));
      peer.pause();
      const { acknowledgedBytes } = assurance;
      expect(acknowledgedBytes).toBeLessThanOrEqual(peer.kernelBytes());
    }
    peer.read();
    expect(await writing).toBe(tooMany.length);
    await until('all', () => assurance.acknowledgedBytes === assurance.sentBytes);
    expect(progress).toBeGreaterThan(0);
    await until('all lines', () => peer.lines.length === tooMany.length);
    expect(losses).toEqual([]);
  });

  test('offsets are bytes on the wire', async () => {
    const { transport, assurance, peer } = await open(way);
    peer.read();
    expect(await transport.write(messagesOf(1))).toBe(1);
    await until('the first', () => peer.lines.length === 1);
    const before = [assurance.sentBytes, peer.bytesRead] as const;
    expect(await transport.write(messagesOf(5000, 300))).toBe(5000);
    await until('all', () => peer.lines.length === 5001);
    expect(assurance.sentBytes - before[0]).toBe(peer.bytesRead - before[1]);
    const characters = peer.lines.slice(1).reduce((sum, line) => sum + line.length + 1, 0);
    const isPlain = peer.url.startsWith('tcp');
    expect(assurance.sentBytes - before[0] - characters).toBeGreaterThanOrEqual(isPlain ? 0 : 500);
    if (isPlain) expect(assurance.sentBytes - before[0]).toBe(characters);
  });

  test('close(): our end, then the end of a peer that has read its backlog', async () => {
    const { transport, assurance, losses, peer } = await open(way);
    const writing = transport.write(messagesOf(2000, 1000));
    expect(await writing).toBe(2000);
    const closing = transport.close(10_000);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(assurance.isAllRead).toBe(false);
    peer.read();
    await closing;
    expect(assurance.isAllRead).toBe(true);
    expect(assurance.acknowledgedBytes).toBe(assurance.sentBytes);
    expect(peer.lines).toHaveLength(2000);
    expect(losses).toEqual([]);
    expect(peer.errors).toEqual([]);
  });

  test('close(): a peer that dies with a backlog has not read all', async () => {
    const { transport, assurance, peer } = await open(way);
    expect(await transport.write(messagesOf(2000, 1000))).toBe(2000);
    const closing = transport.close(10_000);
    await new Promise((resolve) => setTimeout(resolve, 100));
    // Linux answers for a socket with unread bytes by RST.
    peer.connections[0]?.raw.destroy();
    await closing;
    expect(assurance.isAllRead).toBe(false);
  });

  test('close(): at the deadline nothing is proven', async () => {
    const { transport, assurance, peer } = await open({ ...way, endsAfterUs: false });
    peer.read();
    expect(await transport.write(messagesOf(10))).toBe(10);
    const beganMs = performance.now();
    await transport.close(200);
    expect(performance.now() - beganMs).toBeGreaterThan(150);
    expect(assurance.isAllRead).toBe(false);
    expect(numbersOf(peer.lines)).toHaveLength(10);
  });

  test('a peer that has read all and ends is known to have read all when the loss is told', async () => {
    const { transport, assurance, losses, peer } = await open(way);
    peer.read();
    expect(await transport.write(messagesOf(2000, 1000))).toBe(2000);
    await until('all', () => peer.lines.length === 2000);
    peer.connections[0]?.stream.end();
    await until('the loss', () => losses.length > 0);
    expect(losses).toEqual([
      expect.objectContaining({
        isAllRead: true,
        error: expect.objectContaining({ message: 'the collector closed the connection' }),
      }),
    ]);
    expect(assurance.acknowledgedBytes).toBe(assurance.sentBytes);
    expect(await transport.write(messagesOf(1))).toBe(0);
    // Until the next connection it stays known.
    expect(assurance.isAllRead).toBe(true);
    await transport.open(never);
    expect(assurance).toMatchObject({ isAllRead: false, sentBytes: 0, acknowledgedBytes: 0 });
  });

  test('a peer that dies with unread bytes has not read all', async () => {
    const { transport, assurance, losses, peer } = await open(way);
    expect(await transport.write(messagesOf(2000, 1000))).toBe(2000);
    await until('all', () => assurance.acknowledgedBytes > 0);
    peer.connections[0]?.raw.destroy();
    await until('the loss', () => losses.length > 0);
    expect(losses).toEqual([expect.objectContaining({ isAllRead: false })]);
    expect(assurance.isAllRead).toBe(false);
  });

  test('RST: not all read, though everything was', async () => {
    const { transport, losses, peer } = await open(way);
    peer.read();
    expect(await transport.write(messagesOf(100))).toBe(100);
    await until('all', () => peer.lines.length === 100);
    peer.connections[0]?.raw.resetAndDestroy();
    await until('the loss', () => losses.length > 0);
    expect(losses).toEqual([
      expect.objectContaining({
        isAllRead: false,
        error: expect.objectContaining({ message: 'connection reset by the collector' }),
      }),
    ]);
  });

  test('a peer that makes no room is given up after the long limit, by RST', async () => {
    const rig = await open(way, { stallTimeoutMs: 1500, assurance: { stallMs: 500 } });
    const { assurance, losses, peer } = rig;
    const beganMs = performance.now();
    const writing = rig.transport.write(tooMany);
    expect(await writing).toBeLessThan(tooMany.length);
    expect(losses).toHaveLength(1);
    const [{ error, isAllRead, atMs }] = losses as [(typeof losses)[0]];
    expect(error).toBeInstanceOf(StallError);
    expect(error.message).toBe('the collector took nothing for 1500 ms');
    expect(isAllRead).toBe(false);
    expect(atMs - beganMs).toBeGreaterThanOrEqual(1500);
    // What our kernel held is gone with the connection: the peer gets what its own had, and no more.
    peer.read();
    await until(
      'the RST',
      () => peer.errors.length > 0 || peer.connections[0]?.raw.destroyed === true,
    );
    expect(peer.bytesRead).toBeLessThan(assurance.sentBytes - 1_000_000);
  });

  test('a peer that acknowledges and reads nothing is not given up while there is room', async () => {
    const rig = await open(way, { stallTimeoutMs: 1000, assurance: { stallMs: 700 } });
    expect(await rig.transport.write(messagesOf(20))).toBe(20);
    await until('all', () => rig.assurance.acknowledgedBytes === rig.assurance.sentBytes);
    await new Promise((resolve) => setTimeout(resolve, 1300));
    expect(rig.losses).toEqual([]);
  });

  test.each([
    [true, 'goes on'],
    [false, 'is dropped'],
  ])('leavesQueue %s: what the kernel holds at the deadline of close() %s', async (leavesQueue) => {
    const { transport, assurance, peer } = await open(way, { assurance: { leavesQueue } });
    let taken = 0;
    while (assurance.sentBytes - assurance.acknowledgedBytes < 1_000_000) {
      const count = await transport.write(messagesOf(2000, 1000));
      taken += count;
      expect(count).toBe(2000);
      await new Promise((resolve) => setTimeout(resolve, 2 * pollMs));
    }
    await transport.close(50);
    expect(assurance.isAllRead).toBe(false);
    peer.read();
    if (leavesQueue) {
      await until('all', () => peer.lines.length === taken);
    } else {
      await until('the RST', () => peer.connections[0]?.raw.destroyed === true);
      expect(peer.lines.length).toBeLessThan(taken);
    }
  });
});
