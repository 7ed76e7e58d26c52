import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { readLeef } from '../../support/leef.js';
import type { ReadEvent } from '../../support/leef.js';
import { startService } from '../../support/service-process.js';
import type { RunOptions, ServiceProcess } from '../../support/service-process.js';

/** A running service whose one feed has one indicator, `evil.example` with all below it. */
export interface DetectingService {
  readonly directory: string;
  readonly service: ServiceProcess;
  /** A connection to the listener for JSA. */
  dial(): Promise<Socket>;
  /** Sends bytes over a connection of its own and ends it. */
  send(...pieces: readonly (string | Uint8Array)[]): Promise<void>;
  /** Detections on standard output so far, well-formed or the call throws. */
  detections(): readonly ReadEvent[];
  metric(series: string): Promise<number>;
  /** Resident memory in bytes. */
  residentBytes(): Promise<number>;
  stop(): Promise<number | null>;
}

/** Starts one in a folder of its own; `config`: more lines of its YAML. */
export async function startDetecting(
  config = '',
  settings: readonly string[] = [],
  options: RunOptions = {},
): Promise<DetectingService> {
  const directory = await mkdtemp(join(tmpdir(), 'tf-security-'));
  await writeFile(join(directory, 'evil.txt'), 'evil.example\n');
  await writeFile(join(directory, 'forwarder.yaml'), `feeds: [{ path: evil.txt }]\n${config}`);
  const args = settings.flatMap((setting) => ['--set', setting]);
  const service = await startService(args, { cwd: directory, timeoutMs: 30_000, ...options });
  const dial = async (): Promise<Socket> => {
    const socket = connect(service.jsaPort, '127.0.0.1');
    await once(socket, 'connect');
    socket.on('error', () => undefined);
    return socket;
  };
  return {
    directory,
    service,
    dial,
    async send(...pieces) {
      const socket = await dial();
      const closed = once(socket, 'close');
      for (const piece of pieces) if (!socket.write(piece)) await once(socket, 'drain');
      socket.end();
      socket.resume();
      await closed;
    },
    detections: () =>
      service
        .stdout()
        .split('\n')
        .slice(0, -1)
        .map(readLeef)
        .filter(({ eventId }) => !/^KL_(?:ALERT|EVALUATION)_/.test(eventId)),
    async metric(series) {
      const answer = await fetch(`http://127.0.0.1:${service.httpPort}/metrics`);
      const line = (await answer.text()).split('\n').find((text) => text.startsWith(`${series} `));
      return line === undefined ? 0 : Number(line.slice(series.length + 1));
    },
    residentBytes: () => statusKibibytes(service.pid, 'VmRSS'),
    async stop() {
      const exitCode = await service.stop();
      await rm(directory, { recursive: true, force: true });
      return exitCode;
    },
  };
}

async function statusKibibytes(pid: number, name: string): Promise<number> {
  const found = new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(
    await readFile(`/proc/${pid}/status`, 'utf8'),
  );
  return Number(found?.[1] ?? 0) * 1024;
}
