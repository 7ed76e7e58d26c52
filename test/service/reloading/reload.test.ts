import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from '@jest/globals';

import { loadConfig } from '../../../forwarder/config/index.js';
import type { Config } from '../../../forwarder/config/index.js';
import {
  reloadable,
  restartOnlyChanges,
  restartOnlyPaths,
} from '../../../forwarder/service/reloading/reload.js';
import { projectDirectory } from '../../support/service-process.js';

async function configWith(...set: readonly string[]): Promise<Config> {
  const options = { env: {}, cwd: '/nowhere', packageDirectory: projectDirectory };
  return (await loadConfig({ ...options, set })).config;
}

describe('reload', () => {
  test('keeps every restart-only part and takes over the rest', async () => {
    const before = await configWith();
    const after = await configWith(
      ...['identifier=Other', 'intake.jsa.listen=127.0.0.1:1', 'intake.maxLineBytes=2MiB'],
      ...['intake.partialLineSeconds=5', 'leef.facility=local3', 'leef.severity=notice'],
      ...['leef.timeZone=utc', 'delivery.collectors=tcp://127.0.0.1:2', 'http=false'],
      ...['log.level=debug', 'leef.cat=true', 'matching.perEventDetectionLimit=7'],
      ...['matching.workers=3', 'intake.jsa.maxConnections=7', 'intake.jsa.idleSeconds=7'],
      ...['intake.maxBufferedBytes=2MiB', 'service.stopSeconds=3', 'state.minFreeBytes=0'],
      ...['intake.cybertrace={"listen":"127.0.0.1:3"}', 'statistics=false'],
      ...['intake.moreCybertrace=[{"dialect":"kuma"}]', 'lookup.reserve=25'],
    );
    const changed = restartOnlyPaths.filter((path) => path !== 'intake.jsa.tls');
    expect(restartOnlyChanges(before, after)).toEqual(changed);
    const config = reloadable(before, after);
    expect(restartOnlyChanges(before, config)).toEqual([]);
    expect(config.leef.cat).toBe(true);
    expect(config.matching.perEventDetectionLimit).toBe(7);
    expect(config.lookup.reserve).toBe(25);
  });

  test('docs/lifecycle.md names every restart-only part', () => {
    const page = readFileSync(join(projectDirectory, 'docs/lifecycle.md'), 'utf8');
    for (const path of restartOnlyPaths) expect(page).toContain(`\`${path}\``);
  });
});
