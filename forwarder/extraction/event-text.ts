import type { DecodedEvent } from '../core/index.js';

/**
 * The text that configured expressions see: the payload after the source's replace rules, then, for
 * an envelope, a line `name=value` for each other field. The payload stands first, so that `^` and
 * "the first value" mean the same whether JSA forwards JSON or payloads.
 */
export function eventText(decoded: DecodedEvent, payload: string): string {
  if (decoded.kind === 'raw') return payload;
  let text = payload;
  for (const [name, value] of decoded.fields) {
    if (name !== 'payload') text += `\n${name}=${value}`;
  }
  return text;
}

/** The payload of an envelope, or the raw text. */
export function payloadOf(decoded: DecodedEvent): string {
  return decoded.kind === 'raw' ? decoded.text : decoded.payload;
}
