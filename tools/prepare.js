// npm's "prepare": builds dist/ after `npm ci`, so that `npx threat-forwarder` works at once.
// npx runs it again through its cache, hence: nothing is done when the compiler is absent or
// when dist/ is newer than every source.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const compiler = join(root, 'node_modules/@typescript/compiler/bin/tsc');
const stamp = join(root, 'dist/forwarder/cli.js');
const sources = ['forwarder', 'dsm', 'verification', 'tsconfig.json', 'tsconfig.build.json'];

/** The latest change below a path, in milliseconds since 1970; 0 when there is nothing. */
function newest(path) {
  if (!existsSync(path)) return 0;
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(0, ...readdirSync(path).map((name) => newest(join(path, name))));
}

const isStale =
  !existsSync(stamp) ||
  Math.max(...sources.map((source) => newest(join(root, source)))) > statSync(stamp).mtimeMs;

if (existsSync(compiler) && isStale) {
  const { status } = spawnSync(process.execPath, [compiler, '-p', 'tsconfig.build.json'], {
    cwd: root,
    stdio: 'inherit',
  });
  if (status !== 0) {
    process.stderr.write('the build failed: see the errors above\n');
    process.exitCode = 1;
  }
}
