import { readFile } from 'node:fs/promises';

import { messageOf } from '../../core/index.js';
import type { Logger } from '../../core/index.js';
import { KernelMemory } from '../../scanning/index.js';

/** Beside the built scanner; from the sources, where the build has put it. */
const places = ['../../scanning/kernel.wasm', '../../../dist/forwarder/scanning/kernel.wasm'];

/** The bytes of the scanner's kernel. Rejects when the project is not built. */
async function readKernel(): Promise<Uint8Array> {
  let fault: unknown;
  for (const place of places) {
    try {
      return await readFile(new URL(place, import.meta.url));
    } catch (error) {
      fault ??= error;
    }
  }
  throw fault;
}

/** The kernel for this thread, and its bytes for others. */
export interface LoadedKernel {
  readonly kernel: KernelMemory;
  readonly wasm: Uint8Array;
}

/**
 * The scanner's kernel, or undefined where it cannot be had: then the plain scanner does the same,
 * slower, and the log says so once.
 */
export async function loadKernel(logger: Logger): Promise<LoadedKernel | undefined> {
  try {
    const wasm = await readKernel();
    return { kernel: new KernelMemory(wasm), wasm };
  } catch (error) {
    const hint = 'events are matched all the same, several times slower; build the project again';
    logger.warn('scanner.plain', `the fast scanner cannot be used: ${messageOf(error)}`, { hint });
    return undefined;
  }
}
