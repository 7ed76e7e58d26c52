/**
 * Cold path, first step: which values of an event are looked up. docs/reference/extraction.md says
 * what the built-in source takes, docs/reference/sources.md how sources are configured.
 */
export { createExtractor, type ExplainingExtractor } from './extractor.js';
export type { Explanation, FoundValue, IgnoredValue } from './explanation.js';
export type { IgnoredReason } from './findings.js';
export {
  defaultSourceName,
  defaultUrlProperties,
  ruleKinds,
  type ExtractionOptions,
  type IndicatorProperty,
  type RuleKind,
  type RuleOptions,
  type SourceOptions,
} from './options.js';
