// npm run test:faults [-- --full] [PATTERN…]: real collectors, real faults, one test after the other.
// Prints a table of what was sent, lost and doubled, and at last `N passed, N failed, N skipped`.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { resultText } from './rig/results.js';
import type { ResultLine } from './rig/results.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const patterns = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const isFull = process.argv.includes('--full');
const folder = mkdtempSync(join(tmpdir(), 'tf-faults-'));
const results = join(folder, 'results.ndjson');

const child = spawn(
  process.execPath,
  [
    ...['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'],
    ...['node_modules/jest/bin/jest.js', '--config', 'test/faults/jest.config.mjs'],
    ...patterns,
  ],
  {
    cwd: root,
    stdio: ['ignore', 'inherit', 'pipe'],
    env: {
      ...process.env,
      TF_FAULT_TIER: isFull ? 'full' : 'fast',
      TF_FAULT_RESULTS: results,
    },
  },
);
let said = '';
child.stderr.setEncoding('utf8').on('data', (text: string) => {
  said += text;
  process.stderr.write(text);
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
child.on('close', (code) => {
  const closing = /^\d+ passed, \d+ failed, \d+ skipped$/gm;
  process.stdout.write(`\n${tableOf(results)}\n`);
  process.stdout.write(`${said.match(closing)?.at(-1) ?? '0 passed, 1 failed, 0 skipped'}\n`);
  rmSync(folder, { recursive: true, force: true });
  process.exitCode = code ?? 1;
});

function tableOf(file: string): string {
  if (!existsSync(file)) return 'no results';
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => resultText(JSON.parse(line) as ResultLine))
    .join('\n');
}
