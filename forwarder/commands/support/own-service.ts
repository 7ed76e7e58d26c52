import { spawn } from 'node:child_process';
import { once } from 'node:events';
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
 * is ready. Throws ServiceError with what the service said when it does not start.
 */
export async function startOwnService(args: readonly string[]): Promise<OwnService> {
  const child = spawn(
    process.execPath,
    [
      join(packageDirectory(), 'tools/threat-forwarder.js'),
      'run',
      ...args,
      '--set',
      'intake.jsa.listen=127.0.0.1:0',
      '--set',
      'http=false',
      '--set',
      'log.format=json',
      '--set',
      'log.level=info',
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
    },
  };
}

/** The address in the log line that says the service is ready. */
function startedAddress(line: string): string | undefined {
  if (!line.includes('"service.started"')) return undefined;
  const { jsa } = JSON.parse(line) as { readonly jsa?: string };
  return jsa;
}
