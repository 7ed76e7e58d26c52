/**
 * From an outcome to one line: LEEF by Handlebars templates, other dialects by `%PATTERN%` formats
 * (patterns/). Pure: the templates' texts are arguments. The way of a value:
 * template-data.ts makes it clean, the template places it, fit.ts keeps the line within its limit.
 */
export { createRenderer } from './renderer.js';
export type { RendererOptions, TemplateSources } from './renderer.js';
export { checkTemplate } from './template-check.js';
export { problemText } from './template-problem.js';
export type { TemplateProblem, TemplateSource } from './template-problem.js';
export { templateHelpers, templateNames } from './template-names.js';
export { createPatternRenderer } from './patterns/index.js';
export type {
  DialectRenderer,
  Escape,
  FieldOrder,
  Nested,
  PatternFormats,
  PatternRendererOptions,
} from './patterns/index.js';
