import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { cpuSecondsOf, memoryOf } from './process-figures.js';
import { ProgramError } from './programs/child.js';

const builtProgram = fileURLToPath(new URL('../tools/threat-forwarder.js', import.meta.url));
const lookMs = 20;

/** What `feeds compile` took, all its threads together. */
export interface CompileFigures {
  readonly seconds: number;
  /** As the system counts it, until shortly (20 ms) before the end. */
  readonly cpuSeconds: number;
  readonly peakBytes: number;
  readonly records: number;
  readonly indicators: number;
  readonly indexBytes: number;
}

/** Runs `feeds compile` over one feed in a process of its own. */
export async function compileFeed(
  feedPath: string,
  directory: string,
  program = builtProgram,
): Promise<CompileFigures> {
  const config = join(directory, 'compile.json');
  await writeFile(config, JSON.stringify({ feeds: [{ path: feedPath }] }));
  const output = join(directory, 'compiled.index');
  const args = [program, 'feeds', 'compile', '--config', config, '--output', output, '--json'];
  const startedAtMs = performance.now();
  const child = spawn(process.execPath, args, { cwd: directory, env: plainEnvironment() });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  let cpuSeconds = 0;
  let peakBytes = 0;
  const look = setInterval(() => {
    try {
      cpuSeconds = Math.max(cpuSeconds, cpuSecondsOf(child.pid ?? 0));
      peakBytes = Math.max(peakBytes, memoryOf(child.pid ?? 0).peakBytes);
    } catch {
      // It has ended.
    }
  }, lookMs);
  const kill = (): void => void child.kill('SIGKILL');
  process.on('exit', kill);
  const exitCode = await new Promise((resolve) => child.once('close', resolve));
  process.off('exit', kill);
  clearInterval(look);
  if (exitCode !== 0)
    throw new ProgramError(`feeds compile failed (${String(exitCode)}): ${stderr}`);
  const { records, indicators, fileBytes } = JSON.parse(stdout) as Described;
  const seconds = (performance.now() - startedAtMs) / 1000;
  return { seconds, cpuSeconds, peakBytes, records, indicators, indexBytes: fileBytes };
}

interface Described {
  readonly records: number;
  readonly indicators: number;
  readonly fileBytes: number;
}

function plainEnvironment(): NodeJS.ProcessEnv {
  return { ...process.env, NO_COLOR: '1' };
}
