import Handlebars from 'handlebars';

import { messageOf } from '../core/index.js';
import type { OutcomeKind } from '../core/index.js';
import { checkSamples } from './sample-check.js';
import type { TemplateProblem, TemplateSource } from './template-problem.js';
import { TemplateWalker } from './template-walker.js';

/**
 * Everything that is wrong with a template, by line: what does not parse; names, helpers, blocks and
 * tags that it may not use; and, when all of that is right, whether lines rendered from hostile
 * values still read back as exactly the event that was meant. No problem: it can be compiled.
 */
export function checkTemplate(
  kind: OutcomeKind,
  source: TemplateSource,
): readonly TemplateProblem[] {
  const { file, text } = source;
  let program: hbs.AST.Program;
  try {
    program = Handlebars.create().parse(text);
  } catch (error) {
    return [parseProblem(file, error)];
  }
  const walker = new TemplateWalker(kind, file);
  walker.walk(program);
  if (walker.problems.length > 0) return walker.problems;
  const fault = checkSamples(kind, text);
  return fault === undefined ? [] : [{ file, line: 1, ...fault }];
}

/** Handlebars tells the line in one of three ways. */
function parseProblem(file: string, error: unknown): TemplateProblem {
  const text = messageOf(error);
  const lineNumber =
    error instanceof Handlebars.Exception ? (error.lineNumber as unknown) : undefined;
  const named = /(?:on line |- )(\d+)/.exec(text)?.[1];
  const line = typeof lineNumber === 'number' ? lineNumber : Number(named ?? 1);
  const [first = text] = text.split('\n', 1);
  return {
    file,
    line,
    message: `the template does not parse: ${first.replace(/:$/, '')}`,
    hint: 'every {{#if}}, {{#unless}} and {{#each}} needs its closing tag; see docs/reference/templates.md',
  };
}
