import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';

import { afterEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { indicatorsOf } from '../../bench/indicators.js';
import { keptConnections } from '../../bench/lookups/kept.js';
import type { Load, LoadFigures } from '../../bench/lookups/load.js';
import { lostOf } from '../../bench/lookups/load.js';
import { closedLoop, openLoop } from '../../bench/lookups/one-by-one.js';
import { judge, ReplyReader } from '../../bench/lookups/replies.js';
import { createRequests, flags } from '../../bench/lookups/requests.js';
import { sourceAddresses } from '../../bench/lookups/source-addresses.js';

const set = { seed: 2, requests: 4000, indicators: 3000, maskShare: 0.25, hitRate: 0.25 };
const requests = createRequests(set);

describe('requests', () => {
  test('are what KUMA sends, the same for the same seed', () => {
    expect(createRequests(set)).toEqual(requests);
    for (const { line } of requests) {
      expect(line).toMatch(/^bench\d{8}\|url=https?:\/\/[^|\s]+\|hash=[0-9a-f]{32}\|ip=[\d.]+\n$/);
    }
  });

  test('hold one listed value of any kind in their share, else none', () => {
    const listed = new Set(Array.from(indicatorsOf(set), ({ value }) => value.replace('/*', '')));
    const holding = requests.filter((request) => request.listed !== undefined);
    expect(holding.length / requests.length).toBeCloseTo(set.hitRate, 1);
    for (const request of holding) {
      expect(listed.has(request.listed!)).toBe(true);
      expect(request.line).toContain(request.listed);
    }
    for (const form of [/^[0-9a-f]{32}$/, /^bad/, /^203\./, /^site.*\/folder$/]) {
      expect(holding.some((request) => form.test(request.listed!))).toBe(true);
    }
    for (const { line, listed: one } of requests) {
      const values = line.split(/[|=\n]|https?:\/\//);
      if (one === undefined) expect(values.filter((value) => listed.has(value))).toEqual([]);
    }
  });
});

describe('replies', () => {
  const hit = 'Category=KL_IP|MatchedIndicator=192.0.2.1|k=v\n';

  test('are cut the same however their bytes come', () => {
    const texts = ['', hit, '', `${hit}${hit}`, ''];
    const bytes = Buffer.from(texts.map((text) => `${text}LookupFinished\n`).join(''));
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: bytes.length })), (cuts) => {
        const reader = new ReplyReader();
        const seen: string[] = [];
        const ends = [...cuts, bytes.length].sort((left, right) => left - right);
        let at = 0;
        for (const end of ends) {
          const piece = bytes.subarray(at, end);
          reader.push(piece, piece.length, (detections) => seen.push(detections));
          at = end;
        }
        expect(seen).toEqual(texts);
      }),
    );
  });

  test.each([
    ['', undefined, 'right'],
    [hit, undefined, 'wrong'],
    [hit, '192.0.2.1', 'right'],
    [hit, '192.0.2.2', 'wrong'],
    ['', '192.0.2.1', 'missed'],
    [`${hit}${hit}`, '192.0.2.1', 'wrong'],
    ['Category=A|MatchedIndicator=BAD.Example/Folder/*|k=v\n', 'bad.example/folder', 'right'],
    ['Category=A|MatchedIndicator=x|ip=192.0.2.1\n', '192.0.2.1', 'wrong'],
  ] as const)('%j to a request with %s is %s', (detections, listed, judgement) => {
    expect(judge(detections, listed)).toBe(judgement);
  });
});

describe('the client', () => {
  const servers: Server[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
  });

  /** A program that answers every event in its own way. */
  async function program(answer: (socket: Socket, text: string) => void): Promise<Load> {
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.on('data', (chunk) => {
        answer(socket, chunk.toString('latin1'));
      });
    });
    servers.push(server);
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return {
      kind: 'closed',
      port: (server.address() as AddressInfo).port,
      connections: 4,
      rate: 400,
      window: 3,
      programCloses: false,
      seconds: 60,
      mostRequests: 40,
      patienceMs: 0,
      detects: true,
      addresses: ['127.0.0.1', '127.0.0.2'],
    };
  }
  const finish = (socket: Socket): void => void socket.write('LookupFinished\n');
  const some = requests.slice(0, 40);
  const listed = some.filter((request) => request.listed !== undefined).length;

  test('says flags and event, from each of its addresses', async () => {
    const texts: string[] = [];
    const addresses = new Set<string>();
    const load = await program((socket, text) => {
      texts.push(text);
      addresses.add(socket.remoteAddress ?? '');
      finish(socket);
    });
    await closedLoop({ ...load, detects: false }, some);
    expect(texts.sort()).toEqual(some.map(({ line }) => flags + line).sort());
    expect([...addresses].sort()).toEqual(['127.0.0.1', '127.0.0.2']);
  });

  test.each([closedLoop, openLoop])('counts detections that are missing: %#', async (loop) => {
    const figures = await loop(await program(finish), some);
    expect(figures).toMatchObject({ answered: 40, expected: listed, found: 0, missed: listed });
    expect(lostOf(figures)).toBe(listed);
  });

  test('counts detections that nobody asked for', async () => {
    const hit = 'Category=A|MatchedIndicator=192.0.2.1|k=v\nLookupFinished\n';
    const load = await program((socket) => void socket.write(hit));
    expect(await closedLoop(load, some)).toMatchObject({ answered: 40, found: 0, wrong: 40 });
  });

  test.each<[string, (load: Load) => Promise<LoadFigures>]>([
    ['new', (load) => closedLoop(load, some)],
    ['kept', (load) => keptConnections({ ...load, connections: 40, window: 1 }, some)],
  ])('counts %s connections that end before the reply does', async (_, run) => {
    const load = await program((socket) => socket.end('LookupFin'));
    const figures = await run(load);
    expect(figures).toMatchObject({ answered: 0, broken: 40, errors: { closed: 40 } });
    expect(lostOf(figures)).toBe(40);
  });

  test('counts the window of kept connections that end behind their first reply', async () => {
    const load = await program((socket, text) => {
      if (text.startsWith(flags)) finish(socket);
      else socket.end('LookupFinished\n');
    });
    const figures = await keptConnections({ ...load, patienceMs: 30_000 }, some);
    // Of each window of three the first is answered; its place in the window is taken by one more.
    expect(figures).toMatchObject({ answered: 4, broken: 12, requests: 16, unanswered: 0 });
  });

  test('counts connections that are refused', async () => {
    const load = await program(finish);
    const [server] = servers.splice(0);
    server?.close();
    await once(server!, 'close');
    const figures = await openLoop(load, some);
    expect(figures).toMatchObject({ broken: 40, errors: { ECONNREFUSED: 40 } });
  });

  test.each([
    ['closed', closedLoop, 4],
    ['open', openLoop, 40],
    ['kept', keptConnections, 12],
  ] as const)('counts requests that stay unanswered: %s', async (_, run, unanswered) => {
    const load = await program(() => undefined);
    const figures = await run({ ...load, seconds: 0.1 }, some);
    expect(figures).toMatchObject({ answered: 0, broken: 0, unanswered });
  });
});

describe('source addresses', () => {
  test.each(['1', '2'])('are left to the system where it takes ports again: %s', (reuse) => {
    expect(sourceAddresses(() => reuse)).toEqual([]);
  });

  test.each(['0', ''])('are many where it does not: %j', (reuse) => {
    const addresses = sourceAddresses(() => reuse);
    expect(new Set(addresses).size).toBe(64);
    expect(addresses.every((address) => address.startsWith('127.0.0.'))).toBe(true);
  });
});
