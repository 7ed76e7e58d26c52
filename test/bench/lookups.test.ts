import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';

import { ListFiles } from '../../bench/list-files.js';
import { startClient } from '../../bench/lookups/client-process.js';
import type { Client } from '../../bench/lookups/client-process.js';
import { lostOf } from '../../bench/lookups/load.js';
import type { LoadKind } from '../../bench/lookups/load.js';
import { measureLookups } from '../../bench/lookups/measure.js';
import type { MeasuredLookups, WantedLoad } from '../../bench/lookups/measure.js';
import { lookupPrograms } from '../../bench/lookups/programs.js';

const list = { indicators: 400, maskShare: 0.25 };
const wanted = { connections: 12, rate: 400, window: 4, seconds: 60, mostRequests: 300 };
// Processes are started, and the service compiles a list.
jest.setTimeout(120_000);

let directory = '';
let client: Client;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tf-bench-test-'));
  client = await startClient({ ...list, seed: 5, requests: 200, hitRate: 0.3 });
});
afterAll(async () => {
  await client.stop();
  await rm(directory, { recursive: true, force: true });
});

function measure(
  name: string,
  kinds: readonly LoadKind[],
  programCloses: boolean,
): Promise<MeasuredLookups> {
  const load = (kind: LoadKind): WantedLoad => ({
    ...wanted,
    kind,
    programCloses,
    patienceMs: 30_000,
    addresses: [],
  });
  return measureLookups({
    program: lookupPrograms.find((program) => program.name === name)!,
    client,
    directory,
    list: new ListFiles(directory, list, 'json'),
    paths: {},
    connections: wanted.connections,
    closesAfterReply: programCloses,
    warmUp: { ...load('closed'), mostRequests: 20 },
    loads: kinds.map(load),
    onProgress: () => undefined,
  });
}

describe('look-ups that are measured', () => {
  test('of the floor are answered by the end of a reply alone, in every kind of load', async () => {
    const { loads } = await measure('floor', ['closed', 'open', 'kept'], false);
    expect(loads.map(({ kind }) => kind)).toEqual(['closed', 'open', 'kept']);
    for (const load of loads) {
      expect(load).toMatchObject({ requests: 300, answered: 300, expected: 0, errors: {} });
      expect(lostOf(load)).toBe(0);
      expect(load.latencyMs.count).toBe(300);
      expect(load.latencyMs.p50).toBeGreaterThan(0);
      expect(load.residentBytes).toBeGreaterThan(0);
    }
  });

  test('of the built service name every listed value and no other, on new and on kept connections', async () => {
    const { loads } = await measure('forwarder', ['closed', 'open', 'kept'], false);
    for (const load of loads) {
      expect(load).toMatchObject({ requests: 300, answered: 300, errors: {} });
      expect(load.expected).toBeGreaterThan(50);
      expect(load.found).toBe(load.expected);
      expect(lostOf(load)).toBe(0);
    }
  });

  test.each(['floor', 'forwarder'])('of %s may be closed by the program', async (name) => {
    const { loads } = await measure(name, ['closed'], true);
    expect(loads).toHaveLength(1);
    expect(loads[0]).toMatchObject({ requests: 300, answered: 300, errors: {} });
    expect(lostOf(loads[0]!)).toBe(0);
    expect((await readdir(directory)).filter((file) => file.startsWith('lookups-'))).toEqual([]);
  });
});
