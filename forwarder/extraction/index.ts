/**
 * Cold path: what an event holds. Pure. The built-in source is written by hand and linear;
 * configured sources run on an expression engine that is linear whatever the pattern.
 */
export { eventText, payloadOf } from './event-text.js';
export { createExtractor } from './extractor.js';
export type { ExplainedExtraction, ExplainingExtractor } from './extractor.js';
export type { IgnoredReason } from './findings.js';
export { compilePattern } from './patterns.js';
export type { LinearPattern } from './patterns.js';
export { defaultSourceName, defaultUrlProperties, ruleKinds } from './options.js';
export type {
  ExtractionOptions,
  IndicatorProperty,
  RuleKind,
  RuleOptions,
  SourceOptions,
} from './options.js';
