import type {
  ContextField,
  FeedInfo,
  FeedRole,
  Indicator,
  Observable,
} from '../../forwarder/core/index.js';
import { createIndexBuilder, type CompiledIndex } from '../../forwarder/matching/index.js';
import {
  normaliseHash,
  normaliseHost,
  normaliseUrl,
  normaliseUrlMask,
  parseCidr,
  parseIp,
} from '../../forwarder/normalise/index.js';

export function feedInfo(name: string, role: FeedRole = 'detect'): FeedInfo {
  return {
    name,
    origin: `${name}.json`,
    role,
    confidence: 100,
    categories: {
      url: `KL_${name}_URL`,
      domain: `KL_${name}_Domain`,
      ip: `KL_${name}_IP`,
      cidr: `KL_${name}_IP`,
      md5: `KL_${name}_Hash_MD5`,
      sha1: `KL_${name}_Hash_SHA1`,
      sha256: `KL_${name}_Hash_SHA256`,
    },
  };
}

/** An indicator from a text: `mask:`, `domain:`, `ip:` (address or range), `hash:`. */
export function indicator(text: string): Indicator {
  const colon = text.indexOf(':');
  const value = text.slice(colon + 1);
  const found = ((): Indicator | undefined => {
    switch (text.slice(0, colon)) {
      case 'mask': {
        const mask = normaliseUrlMask(value);
        return mask && { kind: 'url', value: mask.value };
      }
      case 'domain': {
        const host = normaliseHost(value);
        return host === undefined ? undefined : { kind: 'domain', value: host };
      }
      case 'ip': {
        const ip = parseIp(value);
        if (ip !== undefined) return { kind: 'ip', value: ip };
        const range = parseCidr(value);
        return range && { kind: 'cidr', value: range.value };
      }
      case 'hash':
        return normaliseHash(value);
      default:
        return undefined;
    }
  })();
  if (found === undefined) throw new Error(`no indicator: ${text}`);
  return found;
}

export interface FeedText {
  readonly name: string;
  readonly role?: FeedRole;
  /** One record each; indicators of one record separated by blanks. */
  readonly records: readonly string[];
}

/** An index of feeds written down as texts; record n has the context `id` n. */
export function indexOf(...feeds: readonly FeedText[]): CompiledIndex {
  const builder = createIndexBuilder();
  for (const { name, role, records } of feeds) {
    const feed = builder.addFeed(feedInfo(name, role));
    records.forEach((record, number) => {
      const context: ContextField[] = [['id', String(number)]];
      builder.addRecord(feed, { indicators: record.split(' ').map(indicator), context });
    });
  }
  return builder.build();
}

/** An observable from a text that begins with its kind: `url:`, `domain:`, `ip:`, `hash:`. */
export function observable(text: string): Observable {
  const colon = text.indexOf(':');
  const value = text.slice(colon + 1);
  if (text.startsWith('url:')) {
    const url = normaliseUrl(value);
    if (url === undefined) throw new Error(`no URL: ${value}`);
    return { kind: 'url', rule: 'RE_URL', text: value, ...url };
  }
  const { kind, value: normal } = indicator(text);
  if (kind === 'url' || kind === 'cidr') throw new Error(`no observable: ${text}`);
  return { kind, rule: `RE_${kind.toUpperCase()}`, text: value, value: normal };
}
