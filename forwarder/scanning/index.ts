import type { BatchScanner, CandidateFilter, Scanner } from '../core/index.js';
import { KernelScanner } from './kernel-scanner.js';
import type { KernelMemory, WatchedText } from './kernel-memory.js';
import { LineScanner, type ScannerOptions } from './line-scanner.js';
import { PlainBatches } from './plain-batches.js';
import { watchedRun } from './watch-words.js';

export { KernelMemory } from './kernel-memory.js';
export { reasonsOf, scanReasons, type ScanReason } from './reasons.js';
export type { ScannerOptions } from './line-scanner.js';

/**
 * The hot path: says of raw bytes "surely nothing" (0) or "perhaps something" (the first reason
 * found, see scanReasons). For every line of which the built-in source and the index would give a
 * match, the loop guard would take hold, payloads are lost or there is not exactly one event, it is
 * never 0; docs/reference/extraction.md is the contract. `filter` must come from the index in use.
 *
 *     const scanner = createScanner(filter, { watchWords: ['KL_Threat_Feed_Service_V2'] });
 *     reasonsOf(scanner.scan(bytes, start, end))   // ['candidate']
 */
export function createScanner(filter: CandidateFilter, options: ScannerOptions): Scanner {
  return new LineScanner(filter, options);
}

/**
 * The hot path over batches of lines, with the same answers. `kernel` makes it several times
 * faster; it is taken over: until another scanner is made with it, only this one may use it. Without
 * one, and where the options are beyond it, the lines are scanned one by one.
 *
 *     const kernel = new KernelMemory(readFileSync('kernel.wasm'));
 *     const scanner = createBatchScanner(filter, { watchWords }, kernel);
 *     scanner.scanLines(bytes, 0, bytes.length, (bytes, start, end) => decode(bytes, start, end));
 */
export function createBatchScanner(
  filter: CandidateFilter,
  options: ScannerOptions,
  kernel?: KernelMemory,
): BatchScanner {
  const plain = createScanner(filter, options);
  const texts: WatchedText[] = [
    ...options.watchWords
      .map(watchedRun)
      .filter((text) => text !== '')
      .map((text) => ({ text, kind: 'word' as const })),
    ...['eventCnt', ...(options.countKeys ?? [])].map((text) => ({
      text,
      kind: 'countKey' as const,
    })),
  ];
  if (kernel === undefined || filter.unfilterableMasks > 0 || !kernel.canWatch(texts)) {
    return new PlainBatches(plain);
  }
  kernel.configure(filter, texts);
  return new KernelScanner(kernel, filter, plain);
}
