import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

import { ProgramError } from '../programs/child.js';
import type { ClientAnswer, ClientCall, Load, LoadFigures } from './load.js';
import type { RequestSet } from './requests.js';

const entry = fileURLToPath(new URL('./client.ts', import.meta.url));
const loader = new URL('../../tools/ts-node.mjs', import.meta.url).href;

/** The client, its requests made. */
export interface Client {
  readonly pid: number;
  /** Puts a load on a program; one at a time. Throws when the client's process ends. */
  run(load: Load): Promise<LoadFigures>;
  stop(): Promise<void>;
}

/** Starts the client's process and has it make its requests. */
export async function startClient(set: RequestSet): Promise<Client> {
  const child = fork(entry, [], {
    // Most of what a connection needs dies young: fewer, larger sweeps of the young objects.
    execArgv: ['--import', loader, '--max-semi-space-size=32'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const kill = (): void => void child.kill('SIGKILL');
  process.on('exit', kill);
  const ended = once(child, 'exit').then(() => {
    process.off('exit', kill);
  });
  const ask = async (call: ClientCall): Promise<ClientAnswer> => {
    const answer = new Promise<ClientAnswer>((resolve) => child.once('message', resolve));
    child.send(call);
    const isEnded = ended.then((): undefined => undefined);
    const come = await Promise.race([answer, isEnded]);
    if (come === undefined) throw new ProgramError('the client of the bench has ended');
    return come;
  };
  await ask({ kind: 'prepare', set });
  return {
    pid: child.pid ?? 0,
    async run(load) {
      const answer = await ask({ kind: 'run', load });
      if (answer.kind !== 'done') throw new ProgramError('the client of the bench did not run');
      return answer.figures;
    },
    async stop() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
