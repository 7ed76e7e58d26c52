/**
 * `scan --local` against the npm package ioc-extractor with a Set of the same indicators, over the same
 * file of real events, by turns in one process:
 *
 *     TF_DATA_DIR=DIR npm run bench:scan -- [--mebibytes 100] [--rounds 3] [--threads 1] [--json]
 *
 * DIR holds jsa-events-real.ndjson.gz and osint-indicators.txt.gz (one a line); without it nothing is
 * measured. Loading the indicators is not on the clock; opening the index is in our CPU time.
 */
import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';

import { extractIOC } from 'ioc-extractor';

import { runScan } from '../forwarder/commands/support/scan/run-scan.js';
import { packageDirectory } from '../forwarder/commands/support/package.js';
import { loadConfig } from '../forwarder/config/index.js';
import { loadThreatIndex } from '../forwarder/service/indexing/threat-index.js';
import { machineFacts, numberText, spreadOf, spreadText, tableText } from './report.js';

interface Run {
  readonly events: number;
  readonly cpuSeconds: number;
  readonly seconds: number;
  /** Lines with hits, and distinct values. */
  readonly lines: number;
  readonly values: number;
}

interface Work {
  readonly folder: string;
  readonly file: string;
  readonly config: string;
  readonly threads: string;
  readonly indicators: ReadonlySet<string>;
  /** Events with an indicator that both must find. */
  readonly planted: number;
}

const eventFile = 'jsa-events-real.ndjson.gz';
const indicatorFile = 'osint-indicators.txt.gz';
const plantedEvery = 500;
const kinds = ['domains', 'ipv4s', 'ipv6s', 'md5s', 'sha1s', 'sha256s', 'urls'] as const;

await main();

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      mebibytes: { type: 'string', default: '100' },
      rounds: { type: 'string', default: '3' },
      threads: { type: 'string', default: '1' },
      json: { type: 'boolean', default: false },
    },
  });
  const data = process.env['TF_DATA_DIR'];
  if (
    data === undefined ||
    ![eventFile, indicatorFile].every((name) => existsSync(join(data, name)))
  ) {
    process.stdout.write(
      `bench: TF_DATA_DIR names no folder with ${eventFile} and ${indicatorFile}: nothing measured\n`,
    );
    return;
  }
  const folder = await mkdtemp(join(tmpdir(), 'tf-bench-scan-'));
  try {
    const work = await prepare(folder, data, Number(values.mebibytes), values.threads);
    const ours: Run[] = [];
    const peers: Run[] = [];
    for (let round = 0; round < Number(values.rounds); round += 1) {
      ours.push(await measured(() => scanLocal(work)));
      peers.push(await measured(() => extractAndLookUp(work)));
    }
    const machine = machineFacts();
    process.stdout.write(
      values.json
        ? `${JSON.stringify({ machine, planted: work.planted, ours, peers }, undefined, 2)}\n`
        : `${textOf(ours, peers, work)}${machine.cpu}, ${machine.cores} cores, Node ${machine.node}\n`,
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The events of the data, again and again up to the size, and an index of the indicators. */
async function prepare(
  folder: string,
  data: string,
  mebibytes: number,
  threads: string,
): Promise<Work> {
  const listed = gunzipSync(readFileSync(join(data, indicatorFile))).toString('utf8');
  const indicators = new Set(
    listed
      .toLowerCase()
      .split('\n')
      .map((line) => line.trim()),
  );
  indicators.delete('');
  const file = join(folder, 'events.ndjson');
  const planted = await writeEvents(file, data, mebibytes * 1_048_576, indicators);
  const config = join(folder, 'forwarder.yaml');
  await writeFile(
    config,
    `feeds: [{ path: ${join(data, indicatorFile)}, name: Osint_Data_Feed, format: list }]
index: { directory: ${join(folder, 'index')} }
intake: { jsa: false }
http: false
delivery: { collectors: [], spool: false }
`,
  );
  const loaded = await loadConfig({
    file: config,
    set: [],
    env: {},
    cwd: folder,
    packageDirectory: packageDirectory(),
  });
  // As a service has left it: a scan opens it and compiles nothing.
  (await loadThreatIndex(loaded, { keeps: true })).close();
  return { folder, file, config, threads, indicators, planted };
}

/**
 * Real events hold next to none of the indicators, so one event in `plantedEvery` is a line with one
 * that both must find: an address or a name just as it stands in the list. Gives back how many.
 */
async function writeEvents(
  file: string,
  data: string,
  bytes: number,
  indicators: ReadonlySet<string>,
): Promise<number> {
  const events = gunzipSync(readFileSync(join(data, eventFile)))
    .toString('utf8')
    .trim()
    .split('\n');
  const exact = [...indicators].filter((value) =>
    /^(?:\d+\.\d+\.\d+\.\d+|[a-z0-9]{4,30}\.(?:com|net|org))$/.test(value),
  );
  const step = Math.max(1, Math.floor(exact.length / 1000));
  const out: string[] = [];
  let planted = 0;
  for (let number = 0, size = 0; size < bytes; number += 1) {
    const indicator = exact[(planted * step) % exact.length] ?? '';
    const isPlanted = number % plantedEvery === plantedEvery - 1;
    if (isPlanted) planted += 1;
    const line = isPlanted
      ? `Jul  1 10:10:14 proxy01 action=allowed src=10.20.30.40 host=${indicator} bytes=512`
      : (events[number % events.length] ?? '');
    out.push(line);
    size += Buffer.byteLength(line) + 1;
  }
  await writeFile(file, `${out.join('\n')}\n`);
  return planted;
}

async function measured(run: () => Promise<Omit<Run, 'cpuSeconds'>>): Promise<Run> {
  const before = process.cpuUsage();
  const found = await run();
  const { user, system } = process.cpuUsage(before);
  return { ...found, cpuSeconds: (user + system) / 1e6 };
}

/** The command itself. */
async function scanLocal({
  folder,
  file,
  config,
  threads,
}: Work): Promise<Omit<Run, 'cpuSeconds'>> {
  const output = await mkdtemp(join(folder, 'report-'));
  const csv = join(output, 'found.csv');
  await runScan(
    {
      local: true,
      report: true,
      quiet: true,
      csv,
      outputDir: output,
      threads,
      serviceConfig: config,
    },
    [file],
  );
  const rows = (await readFile(csv, 'utf8')).trim().split('\n').slice(1);
  const fields = rows.map((row) => row.split(','));
  const [report = ''] = (await readdir(output)).filter((name) => name.endsWith('.txt'));
  const totals = await readFile(join(output, report), 'utf8');
  const events = Number(/sent to KTFS: (\d+)/.exec(totals)?.[1]);
  const [, hours, minutes, seconds] = /time: (\d+):(\d+):([\d.]+)/.exec(totals) ?? [];
  return {
    events,
    seconds: Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds),
    lines: new Set(fields.map(([, line]) => line)).size,
    values: new Set(fields.map(([, , , value]) => value?.toLowerCase())).size,
  };
}

/** What one writes in an afternoon: everything extracted from each line, each value looked up. */
async function extractAndLookUp({ file, indicators }: Work): Promise<Omit<Run, 'cpuSeconds'>> {
  const started = performance.now();
  let events = 0;
  let lines = 0;
  const values = new Set<string>();
  for await (const line of createInterface({
    input: createReadStream(file),
    crlfDelay: Infinity,
  })) {
    if (line === '') continue;
    events += 1;
    const found = extractIOC(line);
    const hits = kinds
      .flatMap((kind) => found[kind])
      .map((value) => value.toLowerCase())
      .filter((value) => indicators.has(value));
    if (hits.length > 0) lines += 1;
    for (const hit of hits) values.add(hit);
  }
  return { events, seconds: (performance.now() - started) / 1000, lines, values: values.size };
}

function textOf(
  ours: readonly Run[],
  peers: readonly Run[],
  { indicators, planted }: Work,
): string {
  const rate = ({ events, seconds }: Run): number => events / seconds;
  const cpu = ({ events, cpuSeconds }: Run): number => (cpuSeconds * 1e6) / events;
  const row = (name: string, runs: readonly Run[]): readonly string[] => [
    name,
    spreadText(spreadOf(runs.map(rate)), 0),
    spreadText(spreadOf(runs.map(cpu)), 1),
    numberText(runs[0]?.lines ?? 0),
    numberText(runs[0]?.values ?? 0),
  ];
  const times = (of: (run: Run) => number): number =>
    spreadOf(ours.map(of)).median / spreadOf(peers.map(of)).median;
  const headings = ['', 'events/s', 'CPU µs/event', 'lines with hits', 'values'];
  const rows = [row('scan --local', ours), row('ioc-extractor and a Set', peers)];
  return `${numberText(ours[0]?.events ?? 0)} events, ${numberText(planted)} of them with an indicator just as it is listed; ${numberText(indicators.size)} indicators
${tableText(headings, rows)}times faster: ${numberText(times(rate), 1)} on the clock, ${numberText(1 / times(cpu), 1)} by CPU time
`;
}
