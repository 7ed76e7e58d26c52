import { types } from 'node:util';

import { messageOf } from '../../core/errors.js';
import type { CreateEnricher, Enricher, EnricherInput } from './enricher-module.js';
import type { EnricherMessage } from './messages.js';
import { readReply } from './read-reply.js';

const longestText = 500;

/** Makes the enricher of a loaded module. Throws where it is none. */
export async function makeEnricher(
  loaded: { readonly default?: unknown },
  options: unknown,
): Promise<Enricher> {
  if (typeof loaded.default !== 'function') throw new Error('its default export is no function');
  const made: unknown = await (loaded.default as CreateEnricher)(options);
  if (typeof made !== 'object' || made === null || !('enrich' in made)) {
    throw new Error('its default export gave back no object with a function enrich');
  }
  if (typeof made.enrich !== 'function') throw new Error('enrich is no function');
  return made as Enricher;
}

/** What the enricher says about one event. Never rejects. */
export async function askEnricher(
  enricher: Enricher,
  id: number,
  input: EnricherInput,
): Promise<EnricherMessage> {
  let reply: unknown;
  try {
    reply = await enricher.enrich(input);
  } catch (error) {
    return { kind: 'failed', id, reason: 'error', why: textOf(error) };
  }
  try {
    const answers = readReply(reply);
    if (typeof answers !== 'string') return { kind: 'answers', id, answers };
    return { kind: 'failed', id, reason: 'bad_answer', why: answers };
  } catch (error) {
    // A getter of the module's that throws.
    return { kind: 'failed', id, reason: 'bad_answer', why: textOf(error) };
  }
}

/** The text of anything thrown, and where in a file it was thrown, if it says so. Never throws. */
export function textOf(error: unknown): string {
  try {
    if (!types.isNativeError(error)) return messageOf(error).slice(0, longestText);
    const place = /file:[^\s()]+:\d+/.exec(error.stack ?? '')?.[0] ?? '';
    const folder = import.meta.url.slice(0, import.meta.url.lastIndexOf('/'));
    const isOurs = place === '' || place.startsWith(folder);
    return `${error.message.slice(0, longestText)}${isOurs ? '' : ` (${place})`}`;
  } catch {
    return 'something without a text was thrown';
  }
}
