import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, describe, expect, test } from '@jest/globals';

import { reportText } from '../../../forwarder/commands/support/import/report-text.js';
import { importCybertrace } from '../../../forwarder/config/index.js';
import { load, loadText } from '../load-support.js';
import { fixtures, scratch } from './import-support.js';

const folder = scratch();
afterAll(folder.remove);

const plain = (text: string): string => text;

describe.each([
  { version: 'v2', files: ['kl_feed_service.conf'] },
  { version: 'v3.1', files: ['kl_feed_service.conf'] },
  { version: 'v4', files: ['kl_feed_service.conf', 'log_scanner.conf'] },
  { version: 'v5', files: ['kl_feed_service.conf'] },
])('$version', ({ version, files }) => {
  const directory = join(fixtures, version);
  const golden = (name: string): string => readFileSync(join(directory, name), 'utf8');
  const imported = importCybertrace({ files, cwd: directory, outputDirectory: directory });

  test('the configuration, with comments', async () => {
    expect((await imported).config?.text).toBe(golden('expected.yaml'));
  });

  test('the report, line by line', async () => {
    expect(`${reportText(await imported, plain)}\n`).toBe(golden('expected.txt'));
  });

  test('both ways give the same configuration: the file that is written, and the XML as it is', async () => {
    const written = await loadText(folder.path, (await imported).config?.text ?? '');
    const direct = await load({ file: join(directory, 'kl_feed_service.conf') });
    const comparable = (config: object, base: string): unknown =>
      JSON.parse(JSON.stringify(config).replaceAll(base, 'BASE'));
    expect(comparable(direct.config, directory)).toEqual(comparable(written.config, folder.path));
  });
});
