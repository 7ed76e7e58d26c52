// Compiles the scanner's kernel (AssemblyScript) to dist/forwarder/scanning/kernel.wasm.
import { mkdirSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import asc from 'assemblyscript/asc';

const root = fileURLToPath(new URL('..', import.meta.url));
const target = 'dist/forwarder/scanning/kernel.wasm';
const beside = `${target}.${process.pid}.new`;
mkdirSync(dirname(join(root, target)), { recursive: true });
const { error, stderr } = await asc.main(
  [
    'forwarder/scanning/kernel/index.ts',
    ...['--outFile', beside],
    ...['--runtime', 'stub'],
    ...['--enable', 'simd'],
    ...['--optimizeLevel', '3', '--noAssert'],
    // Static data, if there ever is any, behind everything that kernel/layout.ts places.
    ...['--initialMemory', '33', '--memoryBase', '2097152'],
  ],
  { baseDir: root },
);
if (error) {
  process.stderr.write(`${stderr.toString()}\n${error.message}\n`);
  process.exitCode = 1;
} else {
  // Renamed, so that a test that reads it meanwhile finds all of it.
  renameSync(join(root, beside), join(root, target));
}
