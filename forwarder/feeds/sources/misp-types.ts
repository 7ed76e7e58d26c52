import type { Indicator } from '../../core/index.js';
import { normaliseHash, normaliseHost, normaliseUrl, parseIp } from '../../normalise/index.js';

/** What a part of an attribute's value holds; `-`: nothing to look for. */
type Part = 'url' | 'domain' | 'ip' | 'md5' | 'sha1' | 'sha256' | '-';

/**
 * The attribute types that hold indicators, and what the parts of their values are (parts are joined
 * by `|`); MISP, "Categories and types". `link` is left out: it names reports. Fingerprints of
 * certificates are left out: events hold hashes of files.
 */
const partsByType: Readonly<Record<string, readonly Part[]>> = {
  url: ['url'],
  uri: ['url'],
  domain: ['domain'],
  hostname: ['domain'],
  'hostname|port': ['domain', '-'],
  'domain|ip': ['domain', 'ip'],
  'ip-src': ['ip'],
  'ip-dst': ['ip'],
  'ip-src|port': ['ip', '-'],
  'ip-dst|port': ['ip', '-'],
  md5: ['md5'],
  sha1: ['sha1'],
  sha256: ['sha256'],
  'filename|md5': ['-', 'md5'],
  'filename|sha1': ['-', 'sha1'],
  'filename|sha256': ['-', 'sha256'],
  'malware-sample': ['-', 'md5'],
};

/** For the filter `type` of a search. */
export const mispTypes: readonly string[] = Object.keys(partsByType);

/** What an attribute of MISP would find, each in its normal form; nothing for other types. */
export function indicatorsOfAttribute(type: string, value: string): readonly Indicator[] {
  const parts = Object.hasOwn(partsByType, type) ? (partsByType[type] ?? []) : [];
  // A URL may hold `|` itself.
  const texts = parts.length === 1 ? [value] : splitAtLast(value, parts);
  return parts.flatMap((part, at) => indicatorOf(part, texts[at] ?? ''));
}

/** The hash or the port is behind the last `|`: a file's name may hold one. */
function splitAtLast(value: string, parts: readonly Part[]): readonly string[] {
  const at = parts[0] === '-' ? value.lastIndexOf('|') : value.indexOf('|');
  return at < 0 ? [value] : [value.slice(0, at), value.slice(at + 1)];
}

function indicatorOf(part: Part, text: string): readonly Indicator[] {
  switch (part) {
    case 'url':
      return made('url', normaliseUrl(text)?.value);
    case 'domain':
      return made('domain', normaliseHost(text));
    case 'ip':
      return made('ip', parseIp(text));
    case 'md5':
    case 'sha1':
    case 'sha256': {
      const hash = normaliseHash(text);
      return hash?.kind === part ? [hash] : [];
    }
    case '-':
      return [];
    default:
      return part satisfies never;
  }
}

function made(kind: Indicator['kind'], value: string | undefined): readonly Indicator[] {
  return value === undefined ? [] : [{ kind, value }];
}
