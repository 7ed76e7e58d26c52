import type { DecodedEvent } from '../core/index.js';

/**
 * The text that configured expressions see: the payload after the source's replace rules, then, for
 * an envelope, a line `name=value` for each other field. The payload stands first, so that `^` and
 * "the first value" mean the same whether JSA forwards JSON or payloads.
 */
export function eventText(decoded: DecodedEvent, payload: string): string {
  if (decoded.kind === 'raw') return payload;
  const lines: string[] = [];
  for (const [name, value] of decoded.fields) {
    if (name !== 'payload') lines.push(`${name}=${value}`);
  }
  // Most payloads end with a line end of their own.
  const separator = payload === '' || payload.endsWith('\n') ? '' : '\n';
  return payload + separator + lines.join('\n');
}

/** The payload of an envelope, or the raw text. */
export function payloadOf(decoded: DecodedEvent): string {
  return decoded.kind === 'raw' ? decoded.text : decoded.payload;
}
