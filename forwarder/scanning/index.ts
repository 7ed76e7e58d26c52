import type { CandidateFilter, Scanner } from '../core/index.js';
import { LineScanner, type ScannerOptions } from './line-scanner.js';

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
