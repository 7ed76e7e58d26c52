import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** A process that runs a script of this folder from its TypeScript; end it by `kill`. */
export function startChild(
  script: string,
  parameters: readonly string[],
  prefix: readonly string[] = [],
): ChildProcessWithoutNullStreams {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const command = [
    ...prefix,
    process.execPath,
    '--import',
    './tools/ts-node.mjs',
    path,
    ...parameters,
  ];
  return spawn(command[0]!, command.slice(1), { cwd: root, stdio: 'pipe' });
}

/** The first line it writes. */
export async function firstLine(child: ChildProcessWithoutNullStreams): Promise<string> {
  let text = '';
  let faults = '';
  child.stderr.on('data', (bytes: Buffer) => (faults += bytes.toString()));
  for await (const bytes of child.stdout) {
    text += String(bytes);
    const end = text.indexOf('\n');
    if (end >= 0) return text.slice(0, end);
  }
  throw new Error(`it ended without a line: ${faults}`);
}

/** Ends it at once and waits for that. */
export async function killed(child: ChildProcessWithoutNullStreams): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}
