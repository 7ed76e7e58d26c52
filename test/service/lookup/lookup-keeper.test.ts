import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';

import { afterEach, beforeEach, expect, test } from '@jest/globals';

import { loadConfig } from '../../../forwarder/config/index.js';
import type { LoadedConfig } from '../../../forwarder/config/index.js';
import { ServiceError } from '../../../forwarder/core/index.js';
import { LookupKeeper } from '../../../forwarder/service/lookup/lookup-keeper.js';
import type { FindCredentials } from '../../../forwarder/service/lookup/lookup-keeper.js';
import { compileRules } from '../../../forwarder/service/rules.js';
import { createMetrics } from '../../../forwarder/telemetry/index.js';
import { projectDirectory } from '../../support/service-process.js';
import { detectionOf } from './rig.js';

let folder: string;
let keeper: LookupKeeper;
let credentials: Awaited<ReturnType<FindCredentials>>;
let metrics: ReturnType<typeof createMetrics>;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tf-keeper-'));
  credentials = { token: 'one' };
  metrics = createMetrics();
  const quiet = (): void => undefined;
  keeper = new LookupKeeper({
    metrics,
    logger: { debug: quiet, info: quiet, warn: quiet, error: quiet },
    clock: Date.now,
    findCredentials: () => {
      if (credentials.token === '') throw new ServiceError('TF_CONFIG', 'no token');
      return credentials;
    },
    onFollowUp: quiet,
    withMessageId: () => false,
  });
});
afterEach(async () => {
  await keeper.close(1000);
  await rm(folder, { recursive: true });
});

/** A configuration that looks detections up, at a place where nobody answers. */
function config(...set: readonly string[]): Promise<LoadedConfig> {
  return loadConfig({
    ...{ env: {}, cwd: folder, packageDirectory: projectDirectory },
    set: [
      'lookup.enrich=[{"fields":["KLZone"]}]',
      ...['lookup.url=https://127.0.0.1:9', 'lookup.proxy=none', 'lookup.cache.maxBytes=0'],
      ...set,
    ],
  });
}

test('nothing is opened, and no credentials are looked for, when no detection is looked up', async () => {
  credentials = { token: '' };
  (await keeper.open(await config('lookup.enrich=[]'))).use();
  expect(keeper.desk).toBeUndefined();
  expect(keeper.page).toBeNull();
  expect(metrics.total('tf_lookup_paused')).toBe(0);
});

test('what cannot be used throws, and what is in use stays', async () => {
  (await keeper.open(await config())).use();
  const { desk } = keeper;
  credentials = { token: '' };
  await expect(keeper.open(await config())).rejects.toMatchObject({ code: 'TF_CONFIG' });
  credentials = {};
  await expect(keeper.open(await config())).rejects.toMatchObject({ code: 'TF_CONFIG' });
  credentials = { token: 'one', cert: join(folder, 'none.pem') };
  await expect(keeper.open(await config())).rejects.toMatchObject({ code: 'TF_CONFIG' });
  expect(keeper.desk).toBe(desk);
});

test('a reload replaces it when anything of it changed, and only then', async () => {
  const ca = join(folder, 'ca.pem');
  const opened = async (...set: readonly string[]) => {
    (await keeper.open(await config(...set))).use();
    return keeper.desk;
  };
  const first = await opened();
  expect(first).toBeDefined();
  expect(await opened('leef.cat=true')).toBe(first);
  const other = await opened('lookup.reserve=20');
  expect(other).not.toBe(first);
  credentials = { token: 'two' };
  const renewed = await opened('lookup.reserve=20');
  expect(renewed).not.toBe(other);
  await writeFile(ca, rootCertificates[0] ?? '');
  const withCa = await opened(`lookup.ca=${ca}`);
  expect(await opened(`lookup.ca=${ca}`)).toBe(withCa);
  await utimes(ca, 1, 1);
  expect(await opened(`lookup.ca=${ca}`)).not.toBe(withCa);
  expect(await opened('lookup.enrich=[]')).toBeUndefined();
});

test('one that is discarded changes nothing; one that is replaced lets go of what waits', async () => {
  (await keeper.open(await config())).use();
  const { desk } = keeper;
  await (await keeper.open(await config('lookup.reserve=20'))).discard();
  expect(keeper.desk).toBe(desk);
  desk?.enrich(detectionOf('domain:evil.example.com'));
  expect(keeper.page).toMatchObject({ waiting: 1, detections: { queued: 1 } });
  expect(metrics.total('tf_lookup_waiting')).toBe(1);
  await keeper.close(1000);
  expect(metrics.total('tf_lookup_waiting')).toBe(0);
  expect(keeper.page).toBeNull();
});

test.each([
  ['lookup.enrich=[{"fields":["KLzone"]}]', 'lookup.enrich[0].fields[0]'],
  ['lookup.neverAsk=["own.example","two words"]', 'lookup.neverAsk[1]'],
])('%s is found wherever rules are compiled, by check too', async (set, where) => {
  await expect(compileRules(await config(set))).rejects.toMatchObject({ code: 'TF_CONFIG', where });
});
