import { afterAll, expect, test } from '@jest/globals';

import { until } from '../faults/fake-collector.js';
import { messagesOf } from '../faults/messages.js';
import { createAuthority, whyNoCertificates } from '../support/certificates.js';
import { assuredTo, never, startPeer } from './assured-rig.js';
import type { Peer } from './assured-rig.js';

/**
 * Whatever a collector does and whenever it does it: a connection that says that all was read is right,
 * or messages would be lost. (The other way round costs duplicates only.)
 */
const trials = 20;

const noCertificates = whyNoCertificates();
const authority = noCertificates === undefined ? createAuthority('Proofs CA') : undefined;
const server = authority?.issue({ name: 'server', names: 'IP:127.0.0.1' });

afterAll(() => {
  authority?.remove();
});

/** The same numbers from [0, 1[ in each run. */
function numbersFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state / 2 ** 31;
  };
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * What closing a socket with unread bytes does, the kernel decides: RST. Only where the collector shuts
 * its side down after we have ended ours, and on the same machine, is the connection over before the
 * socket is closed, and nobody can tell.
 */
const deaths = {
  'closes its socket': ({ raw }) => {
    raw.destroy();
  },
  'ends its side and then closes its socket': ({ stream, raw }) => {
    stream.end(() => raw.destroy());
  },
  resets: ({ raw }) => {
    raw.resetAndDestroy();
  },
  'stays alive': () => undefined,
} as const satisfies Record<string, (connection: Peer['connections'][number]) => void>;

interface Trial {
  readonly isAllRead: boolean;
  /** Bytes that the collector's program never took out of its kernel. */
  readonly missing: number;
  readonly death: string;
}

async function tryOnce(scheme: 'tcp' | 'tls', random: () => number): Promise<Trial> {
  const tls = { cert: server?.cert, key: server?.key };
  const peer = await startPeer(scheme === 'tls' ? { tls } : {});
  const ca = scheme === 'tls' ? { ca: authority?.certFile } : {};
  const { transport, assurance } = assuredTo({ url: peer.url, ...ca });
  const losses: Error[] = [];
  transport.onLost = (error) => losses.push(error);
  try {
    await transport.open(never);
    await until('the connection', () => peer.connections.length === 1);
    await pause(5);
    const connection = peer.connections[0] as Peer['connections'][number];
    const before = connection.raw.bytesRead;
    const names = Object.keys(deaths) as (keyof typeof deaths)[];
    const death = names[Math.floor(random() * names.length)] as keyof typeof deaths;
    if (random() < 0.7) peer.read();
    const writing = transport.write(messagesOf(1 + Math.floor(random() * 4000), 300));
    const dying = pause(random() * 60).then(async () => {
      if (random() < 0.5) peer.pause();
      await pause(random() * 20);
      deaths[death](connection);
    });
    if (random() < 0.5) await writing;
    await pause(random() * 60);
    const mayEnd = death !== 'ends its side and then closes its socket';
    if (random() < 0.5 && mayEnd && losses.length === 0) {
      if (death === 'stays alive' && random() < 0.5) peer.read();
      await transport.close(1000);
    }
    await dying;
    if (death === 'stays alive') await transport.close(200);
    else await until('the end', () => losses.length > 0 || connection.raw.destroyed);
    // What it means is found out in a moment.
    await pause(200);
    await transport.close(1000);
    await writing;
    const read = connection.raw.bytesRead - before;
    return { isAllRead: assurance.isAllRead, missing: assurance.sentBytes - read, death };
  } finally {
    await transport.close(0);
    await peer.stop();
  }
}

const schemes = noCertificates === undefined ? (['tcp', 'tls'] as const) : (['tcp'] as const);

test.each(schemes)('%s: what is said to be read was read', async (scheme) => {
  const results: Trial[] = [];
  for (let seed = 1; seed <= trials; seed++) {
    const random = numbersFrom(seed * 7919);
    random();
    results.push(await tryOnce(scheme, random));
  }
  const wrong = results.filter(({ isAllRead, missing }) => isAllRead && missing > 0);
  expect(wrong).toEqual([]);
  // Both answers were given, so the test could have failed.
  expect(results.some(({ isAllRead }) => isAllRead)).toBe(true);
  expect(results.some(({ missing }) => missing > 0)).toBe(true);
});
