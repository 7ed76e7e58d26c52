import Handlebars from 'handlebars';

import { encodeHeader } from '../../dsm/leef/encode.js';
import { absentValue, cleanText } from '../../dsm/leef/text.js';
import type { EventValues } from '../core/index.js';
import { cutText } from './clean.js';
import { templateHelpers } from './template-names.js';
import type { NoticeData } from './template-data.js';

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
 * Compiles a checked template (see template-check.ts) in an environment of its own: no partials, no
 * built-in helper but the blocks, no prototype access, an unknown name is an error. No character is
 * escaped on the way out, because the data is clean on the way in: there is nothing to bypass.
 */
export function compileTemplate(text: string): CompiledTemplate {
  const environment = Handlebars.create();
  for (const name of ['log', 'lookup', 'with']) environment.unregisterHelper(name);
  const writer = new Writer();
  environment.registerHelper({
    leefHeader: (vendor: unknown, product: unknown, version: unknown, eventId: unknown) =>
      encodeHeader({
        vendor: textOf(vendor),
        product: textOf(product),
        version: textOf(version),
        eventId: textOf(eventId),
      }),
    attr: (key: unknown, value: unknown) => writer.attribute(textOf(key), textOf(value)),
    optional: (key: unknown, value: unknown) => {
      const text = textOf(value);
      return text === '' ? '' : writer.attribute(textOf(key), text);
    },
    value: (rule: unknown) => writer.eventValue(textOf(rule)),
  });
  const template = environment.compile<NoticeData>(joinLines(text), {
    noEscape: true,
    strict: true,
    knownHelpersOnly: true,
    knownHelpers: Object.fromEntries(Object.keys(templateHelpers).map((name) => [name, true])),
    data: false,
  });
  return (data) => {
    writer.begin(data);
    return template(data);
  };
}

/** Writes the attributes of one message after the other: each key once, a TAB between two. */
class Writer {
  readonly #seen = new Set<string>();
  #values: EventValues | undefined;
  #valueLimit = 0;

  begin(data: NoticeData & { readonly values?: EventValues; readonly valueLimit?: number }): void {
    this.#seen.clear();
    this.#values = data.values;
    this.#valueLimit = data.valueLimit ?? 0;
  }

  /** The check sees to it that a key is legal: a literal, or the name of a context field. */
  attribute(key: string, value: string): string {
    const seen = this.#seen;
    if (seen.has(key)) return '';
    const separator = seen.size === 0 ? '' : '\t';
    seen.add(key);
    return `${separator}${key}=${value === '' ? absentValue : value}`;
  }

  eventValue(rule: string): string {
    return cleanText(cutText(this.#values?.get(rule) ?? '', this.#valueLimit));
  }
}

/** The check refuses names that are no text, so this sees texts and the numbers of a template. */
function textOf(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
    case 'boolean':
      return String(value);
    default:
      return '';
  }
}
