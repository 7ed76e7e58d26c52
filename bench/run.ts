/**
 * The benchmark: npm run bench -- --help. Events from a seed, the built service and other programs as
 * processes of their own, their CPU time and memory as the system counts them, every expected
 * detection counted at a collector.
 */
import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { helpText } from './help.js';
import { UsageError } from './option-values.js';
import { parseOptions } from './options.js';
import type { BenchOptions } from './options.js';
import { ProgramError } from './programs/child.js';
import { createProgress } from './progress.js';
import { machineFacts } from './report.js';
import { suites } from './suites/index.js';

try {
  await run(process.argv.slice(2));
} catch (error) {
  if (error instanceof UsageError) {
    process.stderr.write(`bench: ${error.message}; see npm run bench -- --help\n`);
    process.exitCode = 2;
  } else if (error instanceof ProgramError) {
    process.stderr.write(`bench: ${error.message}\n`);
    process.exitCode = 1;
  } else throw error;
}

async function run(args: readonly string[]): Promise<void> {
  const options = parseOptions(args);
  const suite = suites.find(({ name }) => name === options.suite);
  if (options.help || suite === undefined) {
    process.stdout.write(helpText());
    return;
  }
  const directory = await mkdtemp(join(tmpdir(), 'tf-bench-'));
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.once(name, () => {
      // Not by waiting: the programs are ended when this process exits.
      rmSync(directory, { recursive: true, force: true });
      process.exit(1);
    });
  }
  const progress = createProgress();
  try {
    const { text, data } = await suite.run({ options, directory, progress });
    progress.clear();
    const machine = machineFacts();
    const all = { suite: suite.name, machine, options: plain(options), ...data };
    process.stdout.write(
      options.json
        ? `${JSON.stringify(all, undefined, 2)}\n`
        : `${text}\n${machine.cpu}, ${machine.cores} cores, ${machine.system}, Node ${machine.node}\n`,
    );
  } finally {
    progress.clear();
    await rm(directory, { recursive: true, force: true });
  }
}

/** The options as data: what was asked, without paths of this machine. */
function plain(options: BenchOptions): object {
  return { ...options, programs: options.programs.map(({ name }) => name), paths: undefined };
}
