import type { DecodedEvent } from '../core/index.js';

/** The text that the replace rules and the built-in source see: the payload, or the raw text. */
export function payloadOf(decoded: DecodedEvent): string {
  return decoded.kind === 'raw' ? decoded.text : decoded.payload;
}

/**
 * The text that configured expressions see. Raw: the text itself. Envelope: the payload first, so
 * that `^` is its beginning, then every other field as a line `key=value` in the order received.
 * `payload` is the payload or raw text after the replace rules.
 */
export function eventText(decoded: DecodedEvent, payload: string): string {
  if (decoded.kind === 'raw') return payload;
  const lines: string[] = [];
  for (const [name, value] of decoded.fields) {
    if (name !== 'payload') lines.push(`${name}=${value}`);
  }
  if (payload === '') return lines.join('\n');
  return `${payload}${payload.endsWith('\n') ? '' : '\n'}${lines.join('\n')}`;
}
