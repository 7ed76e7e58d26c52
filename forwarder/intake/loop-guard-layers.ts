import type { DecodedEvent } from '../core/index.js';
import { createLoopGuard, loopWatchWords } from './loop-guard.js';
import type { LoopGuardOptions } from './loop-guard.js';

/**
 * How an own message that came back was known: by the log source or the start of its payload, or by
 * the token that only this installation has.
 */
export type OwnLayer = 'source' | 'token';

export interface LoopLayersOptions extends LoopGuardOptions {
  /** A word of hex digits that all our messages carry; absent: they carry none. */
  readonly token?: string | undefined;
}

/** Says of an event whether it is an own message that came back, and how that was known. */
export function createLoopLayers(
  options: LoopLayersOptions,
): (event: DecodedEvent) => OwnLayer | undefined {
  const { token } = options;
  const isOwn = createLoopGuard(options);
  return (event) => {
    if (isOwn(event)) return 'source';
    return token !== undefined && holdsText(event, token) ? 'token' : undefined;
  };
}

/** loopWatchWords() for both layers. */
export function loopLayerWords({
  identifier,
  logSourceTypes,
  token,
}: LoopLayersOptions): readonly string[] {
  return [...loopWatchWords(identifier, logSourceTypes), ...(token === undefined ? [] : [token])];
}

/** Whether an event holds a text, in its payload or any of its fields. */
export function holdsText(event: DecodedEvent, text: string): boolean {
  if (event.kind === 'raw') return event.text.includes(text);
  if (event.payload.includes(text)) return true;
  for (const value of event.fields.values()) if (value.includes(text)) return true;
  return false;
}
