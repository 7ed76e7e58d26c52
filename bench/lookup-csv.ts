/**
 * How many rows of a CSV `lookup` adds fields to in a second when every answer is in the cache:
 *
 *     node --import ./tools/ts-node.mjs bench/lookup-csv.ts [--rows 1000000] [--values 500] [--rounds 3]
 *
 * The portal is the one of the tests; filling the cache is not on the clock, starting the program is.
 * It runs what was built: npm run build.
 */
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { parseArgs } from 'node:util';

import { runCli } from '../test/support/service-process.js';
import { startTestPortal } from '../test/portal/start-test-portal.js';
import { machineFacts, numberText, spreadOf, spreadText, tableText } from './report.js';

const { values: given } = parseArgs({
  options: {
    rows: { type: 'string', default: '1000000' },
    values: { type: 'string', default: '500' },
    rounds: { type: 'string', default: '3' },
  },
});
const rows = Number(given.rows);
const values = Number(given.values);

/** Half a dozen columns, as a firewall's log has them. */
async function writeRows(path: string): Promise<void> {
  const file = createWriteStream(path);
  file.write('time,src,dst,action,bytes,note\n');
  for (let row = 0; row < rows; row += 1) {
    const at = row % values;
    const value = `10.${at >> 16}.${(at >> 8) & 255}.${at & 255}`;
    const line = `2026-07-01T10:10:14Z,${value},192.0.2.1,allowed,${row},"row ${row}, quoted"\n`;
    if (!file.write(line)) await once(file, 'drain');
  }
  file.end();
  await once(file, 'close');
}

async function main(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'tf-bench-lookup-'));
  const portal = await startTestPortal({ demandsCertificate: 'none', quota: 10 * values });
  try {
    await writeRows(join(folder, 'in.csv'));
    const settings = [
      ...[`lookup.url=${portal.url}`, `lookup.ca=${portal.caFile}`, 'lookup.maxConcurrent=16'],
      ...['lookup.requestsPerSecond=1000', `lookup.cache.directory=${join(folder, 'cache')}`],
    ].flatMap((one) => ['--set', one]);
    const run = async (fields: readonly string[]): Promise<number> => {
      const started = performance.now();
      const { exitCode, stderr } = await runCli(
        [
          ...['lookup', 'ip', '--csv', 'in.csv', '--column', 'src', '--output', 'out.csv'],
          ...[...fields, ...settings],
        ],
        { cwd: folder, env: { KASPERSKY_API_TOKEN: portal.credentials.token }, timeoutMs: 600_000 },
      );
      if (exitCode !== 0) throw new Error(stderr);
      return rows / ((performance.now() - started) / 1000);
    };
    await run([]);
    const asked = portal.requests.length;
    const table: (readonly string[])[] = [];
    for (const [name, fields] of [
      ['KLZone,KLHits', ['--fields', 'KLZone,KLHits']],
      ['all of get_ip_report', []],
    ] as const) {
      const rates: number[] = [];
      for (let round = 0; round < Number(given.rounds); round += 1) rates.push(await run(fields));
      const { size } = await stat(join(folder, 'out.csv'));
      table.push([name, spreadText(spreadOf(rates), 0), numberText(size / 1_048_576, 1)]);
    }
    const { cpu, cores, node } = machineFacts();
    process.stdout.write(
      `${numberText(rows)} rows, ${numberText(values)} values, all in the cache; ` +
        `${portal.requests.length - asked} requests to the portal
${tableText(['fields', 'rows/s', 'MiB written'], table)}${cpu}, ${cores} cores, Node ${node}\n`,
    );
  } finally {
    await portal.close();
    await rm(folder, { recursive: true, force: true });
  }
}

await main();
