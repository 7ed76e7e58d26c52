import { readFileSync } from 'node:fs';

import { KernelMemory } from '../../forwarder/scanning/index.js';

/** The kernel as `npm test` has built it before the tests. */
export function loadKernel(): KernelMemory {
  return new KernelMemory(
    readFileSync(new URL('../../dist/forwarder/scanning/kernel.wasm', import.meta.url)),
  );
}
