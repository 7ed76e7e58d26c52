import type { DecodedEvent } from '../core/index.js';
import { readPayloadStart } from './syslog-header.js';

/**
 * Who wrote an event: JSA's identifier or name of the log source, else the host of the syslog header
 * that stands nearest to the text, else the address it came from.
 */
export function logSourceOf(event: DecodedEvent, peer: string): string {
  if (event.kind === 'envelope') {
    const named = event.fields.get('logSourceIdentifier') ?? event.fields.get('logSource') ?? '';
    if (named !== '') return named;
  }
  const { hosts } = readPayloadStart(event.kind === 'raw' ? event.text : event.payload);
  return hosts.at(-1) ?? peer;
}
