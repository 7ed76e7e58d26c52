import Handlebars from 'handlebars';

import type { NoticeData } from './template-data.js';
import { stepsOf, writeAll } from './template-steps.js';
import { TemplateWriter } from './template-writer.js';

/** Renders one message's body. The data is only read during the call. */
export type CompiledTemplate = (data: NoticeData) => string;

/**
 * What a template writes is text only, line breaks and the blanks around them left out: so a
 * template may be laid out for its readers. Tags are kept as they are.
 */
export function joinLines(text: string): string {
  return text.replace(/\{\{!--[^]*?--~?\}\}|\{\{[^]*?\}\}|[ \t]*\r?\n[ \t]*/g, (part) =>
    part.startsWith('{{') ? part : '',
  );
}

/**
 * Compiles a checked template (see template-check.ts). Handlebars reads it; what it says is done
 * here, since Handlebars makes some hundred objects for each message, and since there is no more
 * than this: our four helpers and three blocks, names, no partials, no prototype, an unknown name is
 * an error. No character is escaped on the way out, because the data is clean on the way in: there
 * is nothing to bypass.
 */
export function compileTemplate(text: string): CompiledTemplate {
  const steps = stepsOf(Handlebars.create().parse(joinLines(text)));
  const writer = new TemplateWriter();
  return (data) => {
    writer.begin(data);
    return writeAll(steps, { names: data, outer: undefined }, writer);
  };
}
