import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { eventBlocks, writeFeed } from './work-set.js';
import type { WorkSet } from './work-set.js';

export interface Measured {
  readonly cpuSecondsPerMillion: number;
  readonly eventsPerSecond: number;
  readonly startSeconds: number;
  /** Resident memory when all feeds were loaded, at its highest while events ran, and at the end. */
  readonly steadyBytes: number;
  readonly peakBytes: number;
  readonly endBytes: number;
  readonly detections: number;
  readonly expectedDetections: number;
}

const projectDirectory = fileURLToPath(new URL('..', import.meta.url));

/** The same bytes into a program that only counts lines. */
export async function measureFloor(set: WorkSet): Promise<Measured> {
  const child = spawn(process.execPath, [join(projectDirectory, 'bench/line-counter.js')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = outputLines(child);
  const port = Number(await lines.next());
  const startedAtMs = Date.now();
  await sendEvents(set, port);
  const { cpuSeconds } = JSON.parse(await lines.next()) as { cpuSeconds: number };
  return {
    cpuSecondsPerMillion: (cpuSeconds * 1e6) / set.events,
    eventsPerSecond: (set.events * 1000) / (Date.now() - startedAtMs),
    startSeconds: 0,
    steadyBytes: 0,
    peakBytes: 0,
    endBytes: 0,
    detections: 0,
    expectedDetections: 0,
  };
}

/** The built service with the work set's feed, a sink as its collector, and one sender. */
export async function measureService(set: WorkSet): Promise<Measured> {
  const directory = await mkdtemp(join(tmpdir(), 'tf-bench-'));
  const sink = await startSink();
  let child: ChildProcess | undefined;
  try {
    await writeFeed(join(directory, 'Bench_Data_Feed.json'), set.indicators);
    await writeFile(
      join(directory, 'forwarder.json'),
      JSON.stringify({
        intake: { jsa: { listen: '127.0.0.1:0' } },
        feeds: [{ path: 'Bench_Data_Feed.json' }],
        delivery: { collectors: [`tcp://127.0.0.1:${sink.port}`] },
        http: { listen: '127.0.0.1:0' },
      }),
    );
    const startedAtMs = Date.now();
    child = spawn(
      process.execPath,
      [
        join(projectDirectory, 'tools/threat-forwarder.js'),
        'run',
        '--config',
        join(directory, 'forwarder.json'),
      ],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    );
    const ready = await readyLine(child);
    const startSeconds = (Date.now() - startedAtMs) / 1000;
    const metrics = async (): Promise<Map<string, number>> => readMetrics(ready.httpPort);
    const before = await metrics();
    const sendingSinceMs = Date.now();
    let peakBytes = 0;
    const sending = sendEvents(set, ready.jsaPort);
    let after = before;
    for (;;) {
      await sleep(100);
      after = await metrics();
      peakBytes = Math.max(peakBytes, after.get('tf_process_resident_bytes') ?? 0);
      if ((after.get('tf_events_received_total') ?? 0) >= set.events) break;
    }
    const expectedDetections = await sending;
    const seconds = (Date.now() - sendingSinceMs) / 1000;
    const cpu =
      (after.get('tf_process_cpu_seconds') ?? 0) - (before.get('tf_process_cpu_seconds') ?? 0);
    for (let waited = 0; sink.detections() < expectedDetections && waited < 5000; waited += 50)
      await sleep(50);
    return {
      cpuSecondsPerMillion: (cpu * 1e6) / set.events,
      eventsPerSecond: set.events / seconds,
      startSeconds,
      steadyBytes: before.get('tf_process_resident_bytes') ?? 0,
      peakBytes,
      endBytes: after.get('tf_process_resident_bytes') ?? 0,
      detections: sink.detections(),
      expectedDetections,
    };
  } finally {
    if (child !== undefined && child.exitCode === null) {
      child.kill('SIGTERM');
      await once(child, 'exit');
    }
    sink.close();
    await rm(directory, { recursive: true, force: true });
  }
}

/** Sends all events over one connection; resolves to how many hold a known indicator. */
async function sendEvents(set: WorkSet, port: number): Promise<number> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.resume();
  let expected = 0;
  for (const { bytes, hits } of eventBlocks(set)) {
    expected += hits;
    if (!socket.write(bytes)) await once(socket, 'drain');
  }
  socket.end();
  await once(socket, 'close');
  return expected;
}

async function startSink(): Promise<{ port: number; detections: () => number; close: () => void }> {
  let lines = 0;
  const server = createServer((socket) => {
    socket.on('data', (chunk) => {
      for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, at + 1)) lines += 1;
    });
    socket.on('error', () => undefined);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    // One line is the status event of the start.
    detections: () => Math.max(0, lines - 1),
    close: () => server.close(),
  };
}

async function readyLine(child: ChildProcess): Promise<{ jsaPort: number; httpPort: number }> {
  let text = '';
  for await (const chunk of child.stderr as AsyncIterable<Buffer>) {
    text += chunk.toString();
    for (const line of text.split('\n')) {
      if (!line.includes('"service.started"')) continue;
      const { jsa, http } = JSON.parse(line) as { jsa: string; http: string };
      child.stderr?.resume();
      return { jsaPort: Number(jsa.split(':').at(-1)), httpPort: Number(http.split(':').at(-1)) };
    }
  }
  throw new Error(`the service did not start:\n${text}`);
}

async function readMetrics(port: number): Promise<Map<string, number>> {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  return new Map(
    text
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => [
        line.slice(0, line.lastIndexOf(' ')),
        Number(line.slice(line.lastIndexOf(' ') + 1)),
      ]),
  );
}

function outputLines(child: ChildProcess): { next: () => Promise<string> } {
  const chunks = (child.stdout as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
  let text = '';
  return {
    async next() {
      while (!text.includes('\n')) {
        const chunk = await chunks.next();
        if (chunk.done === true) throw new Error('the program ended early');
        text += chunk.value.toString();
      }
      const end = text.indexOf('\n');
      const line = text.slice(0, end);
      text = text.slice(end + 1);
      return line;
    },
  };
}
