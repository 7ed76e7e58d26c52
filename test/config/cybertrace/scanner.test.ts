import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, expect, test } from '@jest/globals';

import { readScanSettings } from '../../../forwarder/commands/support/scan/scan-settings.js';
import { parseServiceAddress } from '../../../forwarder/commands/support/scan/service-address.js';
import { importCybertrace } from '../../../forwarder/config/index.js';
import { scratch } from './import-support.js';

const folder = scratch();
afterAll(folder.remove);

test.each([
  ['Connection', '192.0.2.1:9999'],
  ['Connection', '/run/cybertrace.sock'],
  ['Connection', ''],
  ['Connection', '\\\\.\\pipe\\scanner'],
  ['ThreadsCount', '8'],
  ['ThreadsCount', '0'],
  ['ThreadsCount', '257'],
  ['ThreadsCount', 'many'],
  ['Timeout', '15'],
  ['Timeout', '-1'],
  ['timeout', '1000000'],
])('%s %p: the report of the import and what scan makes of it agree', async (name, value) => {
  const file = 'log_scanner.conf';
  writeFileSync(
    join(folder.path, file),
    `<Settings><Verbose>1</Verbose><${name}>${value}</${name}></Settings>`,
  );
  const { items } = await importCybertrace({
    files: [file],
    cwd: folder.path,
    outputDirectory: folder.path,
  });
  const status = items.find(({ element }) => element === name)?.status;
  const scan = async (): Promise<void> => {
    const { connection } = await readScanSettings(file, folder.path, () => undefined);
    parseServiceAddress(connection, 'Connection');
  };
  const isTaken = await scan().then(
    () => true,
    () => false,
  );
  expect(status).toBe(isTaken ? 'taken over' : 'not supported');
});

test('a file that scan does not take is none of Log Scanner', async () => {
  writeFileSync(join(folder.path, 'other.conf'), '<Other><Timeout>15</Timeout></Other>');
  await expect(
    importCybertrace({ files: ['other.conf'], cwd: folder.path, outputDirectory: folder.path }),
  ).rejects.toMatchObject({ code: 'TF_CONFIG' });
});
