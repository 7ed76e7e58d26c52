import { absentValue, cleanText } from '../../dsm/leef/text.js';
import type { EventValues } from '../core/index.js';
import { cutText } from './clean.js';
import type { NoticeData } from './template-data.js';

const maxRememberedKeys = 4096;

/** Writes the attributes of one message after the other: each key once, a TAB between two. */
export class TemplateWriter {
  /** The number of the message that each key was last written in. */
  readonly #lastIn = new Map<string, number>();
  #message = 0;
  #isFirst = true;
  #values: EventValues | undefined;
  #valueLimit = 0;

  /** From now on another message. */
  begin(data: NoticeData & { readonly values?: EventValues; readonly valueLimit?: number }): void {
    // Keys are few and come again; those of a feed with endless ones must not fill the memory.
    if (this.#lastIn.size >= maxRememberedKeys) this.#lastIn.clear();
    this.#message += 1;
    this.#isFirst = true;
    this.#values = data.values;
    this.#valueLimit = data.valueLimit ?? 0;
  }

  /** The check sees to it that a key is legal: a literal, or the name of a context field. */
  attribute(key: string, value: string): string {
    if (this.#lastIn.get(key) === this.#message) return '';
    this.#lastIn.set(key, this.#message);
    const separator = this.#isFirst ? '' : '\t';
    this.#isFirst = false;
    return `${separator}${key}=${value === '' ? absentValue : value}`;
  }

  /** The clean text of what a rule found in the event; '' when it found nothing. */
  eventValue(rule: string): string {
    return cleanText(cutText(this.#values?.get(rule) ?? '', this.#valueLimit));
  }
}
