import type { FeedRole, Indicator } from '../../core/index.js';
import { parseCidr } from '../../normalise/index.js';
import { overBroadUrl } from './over-broad-url.js';
import { isPublicSuffix, isSingleLabel } from './public-suffix.js';
import { isSpecial, specialWithin } from './special-networks.js';

/** No network that one party has is larger: a whole /8, and what a regional registry gives at most. */
const shortest = { 4: 8, 6: 19 } as const;

/**
 * Why an indicator would cover so much that it is a mistake or an attack, as the end of a sentence
 * about it; undefined for ordinary ones. Over-broad are public suffixes and single labels as domains
 * (`co.uk`, `com`), masks without enough fixed text (`*`, `*.com`), networks shorter than /8 (IPv6
 * /19), and networks that touch private or reserved ones. Single addresses, URLs and hashes never are.
 *
 * What a `suppress` feed lists is left out of detections: its own networks and names without a dot
 * (`localhost`) are what it is for, whole suffixes and halves of the Internet are not.
 */
export function overBroad({ kind, value }: Indicator, role: FeedRole): string | undefined {
  switch (kind) {
    case 'md5':
    case 'sha1':
    case 'sha256':
    case 'ip':
      return undefined;
    case 'domain':
      return overBroadDomain(value, role);
    case 'url':
      return overBroadUrl(value, role);
    case 'cidr':
      return overBroadNetwork(value, role);
    default:
      return kind satisfies never;
  }
}

function overBroadDomain(name: string, role: FeedRole): string | undefined {
  if (isPublicSuffix(name)) return 'is a public suffix: it would cover all domains below it';
  if (role === 'suppress' || !isSingleLabel(name)) return undefined;
  return 'is a single label: it would cover a whole top-level domain';
}

function overBroadNetwork(text: string, role: FeedRole): string | undefined {
  const range = parseCidr(text);
  if (range === undefined) return undefined;
  if (role === 'suppress' && isSpecial(range)) return undefined;
  const least = shortest[range.family];
  if (range.bits < least) return `is too large a network: /${least} is the largest that is used`;
  if (role === 'suppress') return undefined;
  const network = specialWithin(range);
  return network && `overlaps ${network.range.value}: ${network.what}`;
}
