/**
 * CyberTrace's `%PATTERN%` formats: from an outcome to one line. Formats are taken apart once; values
 * are made safe for the place they stand in (value-writer.ts); fit-body.ts keeps the limit.
 */
export { createPatternRenderer } from './pattern-renderer.js';
export type { DialectRenderer, PatternRendererOptions } from './pattern-renderer.js';
export type { PatternFormats } from './check-formats.js';
export type { FieldOrder, Nested } from './field-names.js';
export type { Escape } from './value-writer.js';
