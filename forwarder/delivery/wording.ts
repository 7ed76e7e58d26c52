import type { Message } from '../core/index.js';

/** Longest name of a dialect in bytes. */
export const longestDialectName = 64;

/**
 * Which text of a message a collector gets, and what goes before it.
 *
 * Example: `{ dialect: 'arcsight', header: 'none' }` gets the variant `arcsight` of each message as a
 * line of its own. A message that has no such variant goes to it as `body` behind a syslog header.
 */
export interface Wording {
  /** Name of the variant of a message it gets; absent: it gets `body`. */
  readonly dialect?: string | undefined;
  /**
   * Whether a syslog header goes before the text of its dialect (without one: before `body`); `syslog`
   * when absent.
   */
  readonly header?: 'syslog' | 'none' | undefined;
  /**
   * Messages have its dialect as their `body`: one without that variant is in its dialect all the same.
   * Those of the time before, when another dialect was `body`, may have it as a variant.
   */
  readonly takesBody?: boolean | undefined;
}

/** Whether a dialect may have this name. */
export function isDialectName(name: string): boolean {
  return name !== '' && Buffer.byteLength(name) <= longestDialectName;
}

/** The message in this dialect; undefined when it has none, and `body` is to be sent. */
export function variantOf({ variants }: Message, dialect: string): string | undefined {
  // Names are the operator's: `constructor` must not find what every object has.
  return variants !== undefined && Object.hasOwn(variants, dialect) ? variants[dialect] : undefined;
}

/** Whether a syslog header goes before what is sent; `variant` is what variantOf() gave. */
export function hasHeader(wording: Wording, variant: string | undefined): boolean {
  return wording.header !== 'none' || (variant === undefined && !isBodyOf(wording));
}

/** Whether `body` is what its collector wants, where there is no variant of its dialect. */
export function isBodyOf({ dialect, takesBody }: Wording): boolean {
  return dialect === undefined || takesBody === true;
}
