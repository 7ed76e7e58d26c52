import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from '@jest/globals';

import { loadConfig } from '../../../forwarder/config/index.js';
import { EnrichmentKeeper } from '../../../forwarder/service/sessions/enrichment-keeper.js';
import { createMetrics, silentLogger } from '../../../forwarder/telemetry/index.js';
import { projectDirectory } from '../../support/service-process.js';

/** Answers when there is a file `go`. */
const module = `import { existsSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
export default ({ say, go }) => ({
  async enrich() {
    while (!existsSync(go)) await setTimeout(5);
    return { fields: { say } };
  },
});
`;

let folder: string;
let keeper: EnrichmentKeeper;
const metrics = createMetrics();

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tf-keeper-'));
  await writeFile(join(folder, 'late.mjs'), module);
  keeper = new EnrichmentKeeper({ logger: silentLogger, counters: metrics });
});
afterEach(async () => {
  await keeper.close();
  await rm(folder, { recursive: true });
}, 60_000);

/** Takes the enricher into use, as a start or a reload does. */
async function use(say: string): Promise<void> {
  const options = { say, go: join(folder, 'go') };
  const enrichers = JSON.stringify([{ module: 'late.mjs', timeoutMs: 60_000, options }]);
  await writeFile(join(folder, 'forwarder.yaml'), `enrichment: { enrichers: ${enrichers} }\n`);
  const { config } = await loadConfig({
    env: {},
    set: [],
    cwd: folder,
    packageDirectory: projectDirectory,
  });
  (await keeper.open(config)).use();
}

const ask = async (): Promise<unknown> =>
  (await keeper.desk?.ask(['url=x'], []))?.map(({ context }) => context);

test('lookups that wait during a reload are answered by the enrichers they have asked', async () => {
  await use('old');
  const waiting = ask();
  await use('new');
  await writeFile(join(folder, 'go'), '');
  expect(await waiting).toEqual([[['say', 'old']]]);
  expect(await ask()).toEqual([[['say', 'new']]]);
}, 60_000);

test('at the end nobody waits for enrichers that are no longer in use', async () => {
  await use('old');
  const waiting = ask();
  await use('new');
  const alsoWaiting = ask();
  await keeper.close();
  expect(await Promise.all([waiting, alsoWaiting])).toEqual([[], []]);
}, 60_000);
