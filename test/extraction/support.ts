import type { DecodedEvent, Observable } from '../../forwarder/core/index.js';
import { createExtractor } from '../../forwarder/extraction/index.js';
import type { ExtractionOptions, SourceOptions } from '../../forwarder/extraction/index.js';

/** An event as its source sent it. */
export function raw(text: string): DecodedEvent {
  return { kind: 'raw', text };
}

/** An event in JSA's JSON object. */
export function envelope(fields: Readonly<Record<string, string>>): DecodedEvent {
  return {
    kind: 'envelope',
    fields: new Map(Object.entries(fields)),
    payload: fields['payload'] ?? '',
  };
}

export const peer = '192.0.2.99';

/** `kind value` of each observable, in the order found. */
export function kindsAndValues(observables: readonly Observable[]): string[] {
  return observables.map(({ kind, value }) => `${kind} ${value}`);
}

/** What the built-in source finds in an event, or in a raw text. */
export function builtIn(event: DecodedEvent | string, options: ExtractionOptions = {}): string[] {
  const decoded = typeof event === 'string' ? raw(event) : event;
  return kindsAndValues(createExtractor(options).extract(decoded, peer).observables);
}

/** The values by rule that the built-in source finds. */
export function builtInValues(event: DecodedEvent | string): Record<string, string> {
  const decoded = typeof event === 'string' ? raw(event) : event;
  return Object.fromEntries(createExtractor().extract(decoded, peer).values);
}

/** `rule: kind text` of everything a single source finds in an event, and its values. */
export function bySource(
  source: Omit<SourceOptions, 'name'> & { readonly name?: string },
  event: DecodedEvent | string,
): { readonly found: readonly string[]; readonly values: Readonly<Record<string, string>> } {
  const decoded = typeof event === 'string' ? raw(event) : event;
  const extractor = createExtractor({ sources: [{ name: 'proxy', ...source }] });
  const { observables, values } = extractor.extract(decoded, peer);
  return {
    found: observables.map(({ rule, kind, text }) => `${rule}: ${kind} ${text}`),
    values: Object.fromEntries(values),
  };
}
