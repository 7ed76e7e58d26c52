// npm's "prepare": builds dist/ after `npm ci`, so that `npx threat-forwarder` works at once.
// npx runs it again through its cache, hence: nothing is done when the compiler is absent or
// when dist/ is newer than every source.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const compiler = join(root, 'node_modules/@typescript/compiler/bin/tsc');
const assembler = join(root, 'node_modules/assemblyscript');
const stamp = join(root, 'dist/forwarder/cli.js');
const kernel = join(root, 'dist/forwarder/scanning/kernel.wasm');
const sources = ['forwarder', 'dsm', 'verification', 'tsconfig.json', 'tsconfig.build.json'];

/** The latest change below a path, in milliseconds since 1970; 0 when there is nothing. */
function newest(path) {
  if (!existsSync(path)) return 0;
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(0, ...readdirSync(path).map((name) => newest(join(path, name))));
}

/** Whether what was built is older than what it is built of, or not there. */
function isStale(built, from) {
  if (!existsSync(built)) return true;
  return Math.max(...from.map((source) => newest(join(root, source)))) > statSync(built).mtimeMs;
}

/** Runs a program of node's; a failure is reported and makes this one fail. */
function run(parameters) {
  const { status } = spawnSync(process.execPath, parameters, { cwd: root, stdio: 'inherit' });
  if (status === 0) return;
  process.stderr.write('the build failed: see the errors above\n');
  process.exitCode = 1;
}

if (existsSync(compiler) && isStale(stamp, sources)) run([compiler, '-p', 'tsconfig.build.json']);
if (
  existsSync(assembler) &&
  isStale(kernel, ['forwarder/scanning/kernel', 'tools/build-kernel.js'])
) {
  run([join(root, 'tools/build-kernel.js')]);
}
