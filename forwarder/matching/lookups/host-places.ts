import { keyKinds } from '../../core/index.js';
import { coldOnly } from '../keys.js';
import type { Asking } from './lookup-definition.js';

/**
 * Asks for a host and every name above it: with the scanner's key, and with that of names that the
 * scanner knows by other words.
 */
export function askSuffixes(host: string, subs: ReadonlySet<number>, asking: Asking): void {
  asking.keys.eachSuffix(host, () => {
    const hot = asking.placeOf(keyKinds.hostSuffix);
    if (hot >= 0) asking.take(hot, subs);
    const cold = asking.placeOf(keyKinds.hostSuffix + coldOnly);
    if (cold >= 0) asking.take(cold, subs);
  });
}

/**
 * Asks for a whole host, a name or an address. `subs` is called only if anything is filed there, and
 * may compute other keys.
 */
export function askHost(host: string, subs: () => ReadonlySet<number>, asking: Asking): void {
  const kind = asking.keys.host(host);
  const hot = asking.placeOf(kind);
  const cold = asking.placeOf(kind + coldOnly);
  if (hot < 0 && cold < 0) return;
  const wanted = subs();
  if (hot >= 0) asking.take(hot, wanted);
  if (cold >= 0) asking.take(cold, wanted);
}
