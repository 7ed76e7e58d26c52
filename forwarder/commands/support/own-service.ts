import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { ServiceError } from '../../core/index.js';
import { packageDirectory } from './package.js';

/** A service started by a command, as a process of its own. */
export interface OwnService {
  readonly host: string;
  readonly port: number;
  stop(): Promise<void>;
}

const stopLimitMs = 12_000;

/**
 * Starts `threat-forwarder run` on free loopback ports with the given arguments and waits until it
 * is ready. What it keeps goes to a folder of its own, so that a service that runs with the same
 * configuration keeps its spool, its log and its note of the run before. Throws ServiceError with what
 * the service said when it does not start.
 */
export async function startOwnService(args: readonly string[]): Promise<OwnService> {
  const folder = await mkdtemp(join(tmpdir(), 'threat-forwarder-'));
  const child = spawn(
    process.execPath,
    [
      join(packageDirectory(), 'tools/threat-forwarder.js'),
      'run',
      ...args,
      '--set',
      'intake.jsa.listen=127.0.0.1:0',
      '--set',
      'intake.cybertrace=false',
      '--set',
      'intake.moreCybertrace=[]',
      '--set',
      'http=false',
      '--set',
      'log.format=json',
      '--set',
      'log.level=info',
      '--set',
      `log.file=${join(folder, 'forwarder.log')}`,
      '--set',
      `state.directory=${join(folder, 'state')}`,
      '--set',
      'delivery.spool=false',
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const said: string[] = [];
  const lines = createInterface({ input: child.stderr });
  const ended = once(child, 'exit');
  const address = await new Promise<string | undefined>((resolve) => {
    lines.on('line', (line) => {
      const started = startedAddress(line);
      if (started !== undefined) resolve(started);
      else if (said.push(line) > 50) said.shift();
    });
    lines.on('close', () => {
      resolve(undefined);
    });
  });
  if (address === undefined) {
    await ended;
    await rm(folder, { recursive: true, force: true });
    throw new ServiceError('TF_CONFIG', `the service did not start:\n${said.join('\n')}`, {
      hint: 'threat-forwarder check shows what is wrong',
    });
  }
  const at = address.lastIndexOf(':');
  return {
    host: address.slice(0, at),
    port: Number(address.slice(at + 1)),
    async stop() {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), stopLimitMs);
      await ended;
      clearTimeout(timer);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The address in the log line that says the service is ready. */
function startedAddress(line: string): string | undefined {
  if (!line.includes('"service.started"')) return undefined;
  const { jsa } = JSON.parse(line) as { readonly jsa?: string };
  return jsa;
}
