/**
 * STIX patterns: read as a tree, and brought to the values that events are searched for.
 *
 *     const pattern = parsePattern("[url:value = 'http://a.example/x' OR domain-name:value = 'b.example']");
 *     if (pattern.ok) evaluatePattern(pattern.value).indicators;  // url a.example/x, domain b.example
 */
export { evaluatePattern, type PartFault, type PatternIndicators } from './evaluate-pattern.js';
export { parsePattern } from './parse-pattern.js';
export type { Comparison, Literal, ObjectPath, Pattern, Qualifier } from './pattern.js';
export { printPattern } from './print-pattern.js';
