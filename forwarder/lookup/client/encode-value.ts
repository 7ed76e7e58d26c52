import { bad, ok, type Result } from '../../core/index.js';
import type { LookupObject } from '../lookup-object.js';
import type { Unaskable } from './portal-shape.js';

/** The most the portal takes of a URL, percent-encoded; more is HTTP 414 (its help, "URL lookup"). */
export const longestUrl = 2000;

/**
 * A value percent-encoded, as one step of a path or one parameter of a query. A bad result for what
 * cannot be sent so: nothing, a step that stands for another folder, half a character; and for a URL
 * that is longer than the portal takes.
 */
export function encodedValue({ kind, value }: LookupObject): Result<string, Unaskable> {
  if (value === '') return notSendable('there is nothing to ask for');
  // A client or proxy on the way takes these out of a path, encoded or not.
  if (value === '.' || value === '..') return notSendable('dots alone are no value');
  let encoded: string;
  try {
    encoded = encodeURIComponent(value);
  } catch {
    return notSendable('the value holds half a character (a lone surrogate)');
  }
  if (kind === 'url' && encoded.length > longestUrl) {
    return bad({
      failure: 'too-long',
      message: `the URL is ${encoded.length} characters long, percent-encoded; the portal takes ${longestUrl}`,
      hint: 'look up its host instead, or the URL without its query',
    });
  }
  return ok(encoded);
}

function notSendable(message: string): Result<string, Unaskable> {
  return bad({
    failure: 'bad-request',
    message,
    hint: 'give a hash, an IP address, a domain name or a URL',
  });
}
