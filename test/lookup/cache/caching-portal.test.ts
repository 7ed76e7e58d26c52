import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

import { openCachingPortal } from '../../../forwarder/lookup/cache/caching-portal.js';
import type { CachingOptions } from '../../../forwarder/lookup/cache/caching-portal.js';
import { zones } from '../../../forwarder/lookup/lookup-object.js';
import type { LookupObject } from '../../../forwarder/lookup/lookup-object.js';
import { failure, fakePortal, object } from './fake-portal.js';
import type { FakePortal } from './fake-portal.js';

const ttlMs = { Red: 500, Orange: 400, Yellow: 300, Green: 200, Grey: 100, noData: 50 };
const address = object('ip', '192.0.2.1');
/** Real time passes between writing a file and looking at it; what is tested is far above that. */
let now: number;
let directory: string;

beforeEach(async () => {
  now = Date.now();
  directory = await mkdtemp(join(tmpdir(), 'tf-lookup-cache-'));
});
afterEach(async () => {
  await rm(directory, { recursive: true });
});

const clock = (): number => now;

function open(portal: FakePortal, options: Partial<CachingOptions> = {}) {
  return openCachingPortal(portal, { directory, maxBytes: 2 ** 24, ttlMs, clock, ...options });
}

/** A portal with a report of a zone for everything. */
function portalOfZone(zone: string | undefined): FakePortal {
  return fakePortal(() => ({ Zone: zone, Other: { a: 1 } }), { clock });
}

async function files(): Promise<readonly string[]> {
  const names = await readdir(directory, { recursive: true });
  return names.filter((name) => /[0-9a-f]{64}/.test(name)).map((name) => join(directory, name));
}

describe('an answer', () => {
  test('is asked once, kept in memory and as a file of the owner', async () => {
    const portal = portalOfZone('Red');
    const cache = await open(portal);
    expect(cache.known(address, 'all')).toBeUndefined();
    const first = await cache.lookup(address, 'all');
    expect(first).toMatchObject({ kind: 'report', from: 'portal', atMs: now });
    const again = { ...first, from: 'cache' };
    expect(await cache.lookup(address, 'all')).toEqual(again);
    expect(cache.known(address, 'all')).toEqual(again);
    await cache.close();

    const [file = '', ...others] = await files();
    expect(others).toEqual([]);
    expect(file).toMatch(/\/([0-9a-f]{2})\/\1[0-9a-f]{62}\.json$/);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await stat(join(file, '..'))).mode & 0o777).toBe(0o700);

    const other = await open(portal);
    expect(other.known(address, 'all')).toBeUndefined();
    expect(await other.lookup(address, 'all')).toEqual(again);
    expect(portal.asked).toHaveLength(1);
    expect(other.counts).toMatchObject({ fromDisk: 1, asked: 0 });
    await other.close();
    expect(portal.isClosed).toBe(true);
  });

  test.each([...zones, undefined, 'Purple'])(
    'of zone %s holds as long as that zone does',
    async (zone) => {
      const kept = ttlMs[zones.find((name) => name === zone) ?? 'Grey'];
      const portal = portalOfZone(zone);
      const cache = await open(portal, { maxInMemory: 0 });
      const inMemory = await open(portal, { maxBytes: 0 });
      await cache.lookup(address, 'all');
      await inMemory.lookup(address, 'all');
      now += kept - 1;
      expect(await cache.lookup(address, 'all')).toMatchObject({ from: 'cache' });
      expect(inMemory.known(address, 'all')).toMatchObject({ from: 'cache' });
      now += 1;
      expect(inMemory.known(address, 'all')).toBeUndefined();
      expect(await cache.lookup(address, 'all')).toMatchObject({ from: 'portal', atMs: now });
      await cache.close();
    },
  );

  test('that there is no data is kept; with 0 nothing is', async () => {
    const portal = fakePortal(() => 'no-data', { clock });
    const cache = await open(portal);
    await cache.lookup(address, 'all');
    expect(await cache.lookup(address, 'all')).toEqual({
      kind: 'no-data',
      from: 'cache',
      atMs: now,
    });
    await cache.close();
    const from = await open(portal);
    expect(await from.lookup(address, 'all')).toMatchObject({ kind: 'no-data', from: 'cache' });
    await from.close();
    const never = await open(portal, { ttlMs: { ...ttlMs, noData: 0 } });
    await never.lookup(object('ip', '192.0.2.2'), 'all');
    expect(await never.lookup(object('ip', '192.0.2.2'), 'all')).toMatchObject({ from: 'portal' });
    await never.close();
    expect(await files()).toHaveLength(1);
  });

  test('is not kept when it is a failure', async () => {
    const portal = fakePortal(() => failure('server-fault'), { clock });
    const cache = await open(portal);
    expect(await cache.lookup(address, 'all')).toMatchObject({ failure: 'server-fault' });
    expect(await cache.lookup(address, 'all')).toMatchObject({ failure: 'server-fault' });
    expect(portal.asked).toHaveLength(2);
    await cache.close();
    expect(await files()).toEqual([]);
  });

  test('of a clock that went wrong, or of before a refresh, is asked for again', async () => {
    const portal = portalOfZone('Red');
    const cache = await open(portal);
    await cache.lookup(address, 'all');
    await cache.close();
    now -= 3_600_000;
    const early = await open(portal);
    expect(await early.lookup(address, 'all')).toMatchObject({ from: 'portal' });
    await early.close();
    now += 10;
    const fresh = await open(portal, { refreshes: true });
    expect(await fresh.lookup(address, 'all')).toMatchObject({ from: 'portal', atMs: now });
    expect(await fresh.lookup(address, 'all')).toMatchObject({ from: 'cache', atMs: now });
    await fresh.close();
    expect(portal.asked).toHaveLength(3);
  });
});

describe('what an answer is for', () => {
  test.each<[string, LookupObject]>([
    ['kind', object('domain', '192.0.2.1')],
    ['value', object('ip', '192.0.2.2')],
  ])('another %s is another answer', async (_, other) => {
    const portal = portalOfZone('Red');
    const cache = await open(portal);
    await cache.lookup(address, 'all');
    expect(await cache.lookup(other, 'all')).toMatchObject({ from: 'portal' });
    await cache.close();
  });

  test('another portal, or another address of it, has answers of its own', async () => {
    for (const options of [{}, { name: 'opentip' as const }, { address: 'https://other.test' }]) {
      const cache = await open(fakePortal(() => ({ Zone: 'Red' }), { clock, ...options }));
      expect(await cache.lookup(address, 'all')).toMatchObject({ from: 'portal' });
      await cache.close();
    }
    expect(await files()).toHaveLength(3);
  });

  test('all sections serve for some, in memory and from the disk; some not for others', async () => {
    const portal = portalOfZone('Red');
    const cache = await open(portal);
    expect(await cache.lookup(address, ['Zone', 'Asn'])).toMatchObject({ from: 'portal' });
    expect(await cache.lookup(address, ['Asn', 'Zone'])).toMatchObject({ from: 'cache' });
    expect(await cache.lookup(address, ['Zone'])).toMatchObject({ from: 'portal' });
    expect(await cache.lookup(address, 'all')).toMatchObject({ from: 'portal' });
    expect(cache.known(address, ['HostedUrls'])).toMatchObject({ from: 'cache' });
    await cache.close();
    const other = await open(portal);
    expect(await other.lookup(address, ['HostedUrls'])).toMatchObject({ from: 'cache' });
    await other.close();
    expect(portal.asked).toHaveLength(3);
  });

  test('OpenTIP always gives all it has', async () => {
    const portal = fakePortal(() => ({ Zone: 'Red' }), { clock, name: 'opentip' });
    const cache = await open(portal);
    await cache.lookup(address, ['Zone']);
    expect(await cache.lookup(address, ['HostedUrls'])).toMatchObject({ from: 'cache' });
    await cache.close();
  });
});

describe('equal lookups at a time', () => {
  test('are one request; who gives up does not take it from the others', async () => {
    let open_ = (): void => undefined;
    const gate = new Promise<void>((resolve) => (open_ = resolve));
    const stopped: boolean[] = [];
    const portal = fakePortal(() => ({ Zone: 'Red' }), {
      clock,
      gate: (signal) => {
        signal?.addEventListener('abort', () => stopped.push(true));
        return gate;
      },
    });
    const cache = await open(portal);
    const impatient = new AbortController();
    const one = cache.lookup(address, 'all');
    const two = cache.lookup(address, 'all', impatient.signal);
    impatient.abort();
    expect(await two).toMatchObject({ kind: 'failed', failure: 'stopped' });
    expect(stopped).toEqual([]);
    open_();
    expect(await one).toMatchObject({ kind: 'report' });
    expect(portal.asked).toHaveLength(1);
    await cache.close();
  });

  test('are stopped when all give up', async () => {
    const portal = fakePortal(() => failure('stopped'), {
      clock,
      gate: (signal) =>
        new Promise((resolve) => {
          signal?.addEventListener('abort', () => {
            resolve();
          });
        }),
    });
    const cache = await open(portal);
    const impatient = new AbortController();
    const both = [1, 2].map(() => cache.lookup(address, 'all', impatient.signal));
    // The disk is asked first.
    while (portal.inFlight.now === 0) await new Promise((resolve) => setImmediate(resolve));
    impatient.abort();
    await Promise.all(both);
    await cache.close();
    expect(portal.inFlight.now).toBe(0);
    expect(await cache.lookup(address, 'all', impatient.signal)).toMatchObject({
      failure: 'stopped',
    });
  });
});

describe('the files', () => {
  test('what is damaged or of another key is asked for again and replaced', async () => {
    const portal = portalOfZone('Red');
    const first = await open(portal);
    await first.lookup(address, 'all');
    await first.close();
    const [file = ''] = await files();
    const good = await readFile(file, 'utf8');
    const bad = ['', good.slice(0, -10), '[]', 'null', good.replace('"version":1', '"version":2')];
    const foreign = good.replace('192.0.2.1', '192.0.2.9');
    for (const text of [...bad, foreign, good.replace(/"report":.*/, '"report":[1]}')]) {
      await writeFile(file, text);
      const cache = await open(portal);
      expect(await cache.lookup(address, 'all')).toMatchObject({ from: 'portal' });
      expect(cache.counts).toMatchObject({ damaged: 1, faults: 0 });
      await cache.close();
      expect(await readFile(file, 'utf8')).toBe(good);
    }
  });

  test('one that is damaged is gone even when the portal cannot be asked', async () => {
    const first = await open(portalOfZone('Red'));
    await first.lookup(address, 'all');
    await first.close();
    const [file = ''] = await files();
    await writeFile(file, 'x');
    const cache = await open(fakePortal(() => failure('unreachable'), { clock }));
    await cache.lookup(address, 'all');
    await cache.close();
    expect(await files()).toEqual([]);
  });

  test('above the cap what was not used for longest goes; foreign files stay', async () => {
    const portal = portalOfZone('Red');
    const longer = { ...ttlMs, Red: 1e9 };
    const first = await open(portal, { ttlMs: longer });
    const one = 4096;
    const values = Array.from({ length: 20 }, (_, number) => object('ip', `192.0.2.${number}`));
    const pathOf = new Map<LookupObject, string>();
    for (const [age, value] of values.entries()) {
      const before = new Set(await files());
      await first.lookup(value, 'all');
      const path = (await files()).find((name) => !before.has(name)) ?? '';
      pathOf.set(value, path);
      const usedAt = now / 1000 - 7200 - age * 60;
      await utimes(path, usedAt, usedAt);
    }
    await first.close();
    // The oldest of all is used: it is the last that would go.
    const oldest = values.at(-1) ?? address;
    const reader = await open(portal, { ttlMs: longer });
    expect(await reader.lookup(oldest, 'all')).toMatchObject({ from: 'cache' });
    await reader.close();

    const folder = join(pathOf.get(oldest) ?? '', '..');
    await writeFile(join(folder, 'notes.txt'), 'mine');
    const left = `${pathOf.get(oldest) ?? ''}.0123456789ab.tmp`;
    await writeFile(left, 'half');
    await utimes(left, 1, 1);

    const size = Math.max(one, (await stat(pathOf.get(oldest) ?? '')).blocks * 512);
    const capped = await open(portal, { ttlMs: longer, maxBytes: 8 * size });
    await capped.close();
    const names = new Set(await files());
    const kept = values.filter((value) => names.has(pathOf.get(value) ?? ''));
    expect(kept).toEqual([...values.slice(0, kept.length - 1), oldest]);
    expect(kept.length).toBeGreaterThan(4);
    expect(kept.length).toBeLessThanOrEqual(8);
    expect(names.has(left)).toBe(false);
    expect(capped.counts).toMatchObject({ foreign: 1, madeRoom: 20 - kept.length });
    expect(await readdir(folder)).toContain('notes.txt');
  });

  test('stay below the cap while answers come', async () => {
    const maxBytes = 16 * 4096;
    const cache = await open(portalOfZone('Red'), { maxBytes });
    for (let number = 0; number < 60; number += 1) {
      await cache.lookup(object('ip', `192.0.2.${number}`), 'all');
    }
    await cache.close();
    const again = await open(portalOfZone('Red'), { maxBytes: maxBytes - 1 });
    await again.close();
    const sizes = await Promise.all((await files()).map(async (path) => (await stat(path)).size));
    expect(cache.counts.madeRoom).toBeGreaterThan(0);
    expect(sizes.length).toBeLessThanOrEqual(16);
    expect(sizes.length).toBeGreaterThan(0);
  });

  test('two caches share a folder', async () => {
    const portals = [portalOfZone('Red'), portalOfZone('Red')];
    const [a, b] = await Promise.all(portals.map((portal) => open(portal)));
    const values = Array.from({ length: 20 }, (_, number) => object('ip', `192.0.2.${number}`));
    await Promise.all(
      values.flatMap((value) => [a, b].flatMap((cache) => cache?.lookup(value, 'all') ?? [])),
    );
    const asked = (): number => portals.reduce((sum, portal) => sum + portal.asked.length, 0);
    await a?.lookup(object('ip', '198.51.100.1'), 'all');
    const before = asked();
    expect(await b?.lookup(object('ip', '198.51.100.1'), 'all')).toMatchObject({ from: 'cache' });
    expect(asked()).toBe(before);
    for (const cache of [a, b]) {
      expect(cache?.counts).toMatchObject({ faults: 0, damaged: 0 });
      await cache?.close();
    }
    expect(await files()).toHaveLength(21);
  });

  test('a folder that cannot be had costs one warning and the cache, no lookup', async () => {
    const file = join(directory, 'file');
    await writeFile(file, '');
    const warnings: string[] = [];
    const portal = portalOfZone('Red');
    const cache = await open(portal, {
      directory: join(file, 'below'),
      onWarning: (text) => warnings.push(text),
    });
    for (const value of ['192.0.2.1', '192.0.2.2']) {
      expect(await cache.lookup(object('ip', value), 'all')).toMatchObject({ from: 'portal' });
      expect(cache.known(object('ip', value), 'all')).toMatchObject({ from: 'cache' });
    }
    await cache.close();
    expect(cache.counts).toMatchObject({ faults: 2, written: 0 });
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain(join(file, 'below'));
  });

  // Root may write everywhere.
  (process.getuid?.() === 0 ? test.skip : test)(
    'a folder that may only be read is read',
    async () => {
      const portal = portalOfZone('Red');
      const first = await open(portal);
      await first.lookup(address, 'all');
      await first.close();
      await chmod(directory, 0o500);
      const cache = await open(portal);
      expect(await cache.lookup(address, 'all')).toMatchObject({ from: 'cache' });
      await cache.close();
      await chmod(directory, 0o700);
    },
  );

  test('without room on the disk for it, answers are kept in memory only', async () => {
    await mkdir(join(directory, 'none'));
    const cache = await open(portalOfZone('Red'), { maxBytes: 0 });
    await cache.lookup(address, 'all');
    expect(cache.known(address, 'all')).toBeDefined();
    await cache.close();
    expect(await files()).toEqual([]);
  });
});
