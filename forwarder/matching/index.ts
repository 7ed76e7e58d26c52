/**
 * All feeds as one immutable index, and the matcher that asks it.
 *
 *     const builder = createIndexBuilder();
 *     const feed = builder.addFeed(info);
 *     builder.addRecord(feed, { indicators: [{ kind: 'domain', value: 'evil.example' }], context: [] });
 *     const { index, filter } = builder.build();
 *     matchExtraction(extraction, index, { perEventDetectionLimit: 10_000 }).matches
 */
export type { FileSink, FileSource } from './blocks.js';
export {
  decodeHeader,
  formatVersion,
  headerBytes,
  noIndexHint,
  type FileHeader,
} from './file-header.js';
export {
  checkResident,
  createIndexFileBuilder,
  decodeDescription,
  openIndex,
  recordsOf,
  type IndexDescription,
  type IndexFileBuilder,
  type IndexImage,
} from './index-file.js';
export type { DamageHandler, IndexContent } from './threat-index.js';
export { createIndexBuilder, type CompiledIndex, type IndexBuilder } from './index-builder.js';
export { lookups, type LookupDefinition } from './lookups/index.js';
export { coversHost, coversUrl, parseMask, type Mask } from './mask.js';
export {
  isSuppressed,
  matchExtraction,
  type MatchOptions,
  type MatchResult,
  type SuppressedMatch,
} from './matcher.js';
