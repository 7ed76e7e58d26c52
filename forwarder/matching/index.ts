/**
 * All feeds as one immutable index, and the matcher that asks it.
 *
 *     const builder = createIndexBuilder();
 *     const feed = builder.addFeed(info);
 *     builder.addRecord(feed, { indicators: [{ kind: 'domain', value: 'evil.example' }], context: [] });
 *     const { index, filter } = builder.build();
 *     matchExtraction(extraction, index, { perEventDetectionLimit: 10_000 }).matches
 */
export { createIndexBuilder, type CompiledIndex, type IndexBuilder } from './index-builder.js';
export { lookups, type LookupDefinition } from './lookups/index.js';
export { coversHost, coversUrl, parseMask, type Mask } from './mask.js';
export {
  matchExtraction,
  type MatchOptions,
  type MatchResult,
  type SuppressedMatch,
} from './matcher.js';
