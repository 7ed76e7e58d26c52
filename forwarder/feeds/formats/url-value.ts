import { bad } from '../../core/index.js';
import { isHostname, parseIp, refang } from '../../normalise/index.js';
import { urlIndicator, type Reading } from '../read-indicator.js';

const scheme = /^[a-z][a-z0-9+.-]*:\/\//i;

/**
 * A URL or mask out of a field that suppliers fill by hand: as urlIndicator(), but what stands where
 * the host belongs must be one. Else `/index.php` would be the host index.php.
 */
export function urlValue(text: string): Reading {
  const url = refang(text.trim());
  if (/^[/\\?]/.test(url)) return bad('begins with a slash: there is no host');
  const reading = urlIndicator(url);
  if (!reading.ok) return reading;
  const host = /^[^/?]*/.exec(reading.value.value)?.[0] ?? '';
  // One label alone is a name only where a scheme says so, as in http://intranet/.
  const isName = isHostname(host) && (host.includes('.') || scheme.test(url));
  const isHost =
    isName || host.includes('*') || parseIp(host.replace(/^\[|\]$/g, '')) !== undefined;
  return isHost ? reading : bad('is no URL: its host is none');
}
