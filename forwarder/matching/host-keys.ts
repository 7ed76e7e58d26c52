import { parseIp } from '../normalise/index.js';
import { hostEnd, hostOf, parseMask } from './mask.js';
import { isPlainName } from './plain-name.js';

/**
 * Under which words the scanner looks for a URL indicator. `exact`: the whole host, or after
 * `www.`; `suffix`: the host or the end of a longer one; `prefix`: the leading labels of a host.
 */
export type HostKey =
  | { readonly kind: 'exact' | 'suffix' | 'prefix'; readonly word: string }
  | { readonly kind: 'address'; readonly address: string }
  /** No word is fixed: the scanner cannot decide. */
  | { readonly kind: 'none' };

export interface UrlKey {
  readonly key: HostKey;
  /** The word need not stand in the host. */
  readonly isFloating: boolean;
}

const word = /[A-Za-z0-9._-]+/g;
const edges = /^[._-]+|[._-]+$/g;

/** A word without `.`, `-`, `_` at its ends, as the scanner trims words; '' when nothing is left. */
export function trimmedWord(text: string): string {
  return text.replace(edges, '');
}

/**
 * The key of a whole host, or of a host and all below it. A host may hold characters that no word
 * has (`a!b.example`): then its last word stands for it, which is whole in the event too.
 */
export function hostKey(host: string, kind: 'exact' | 'suffix'): HostKey {
  if (isPlainName(host)) return { kind, word: host };
  const address = parseIp(host);
  if (address !== undefined) return { kind: 'address', address };
  const found = [...host.matchAll(word)].filter(([text]) => trimmedWord(text) !== '').at(-1);
  if (found === undefined) return { kind: 'none' };
  return { kind: found.index === 0 ? kind : 'exact', word: found[0] };
}

/** Beside letters beyond ASCII a word goes on; beside `:` or `%` it may be written otherwise. */
const isUnsure = /[^\u0000-\u007f]|[:%]/;

const isNumeric = (text: string): boolean => /^[\d.]*$/.test(text);

/** More labels are rarer; of as many, the longer word is. */
function rarity(key: string): number {
  return key.split('.').length * 1000 + key.length;
}

/**
 * A word that every URL covered by the wildcard holds with sure ends. Of `*.example/gate*.php`:
 * `.example` goes on to the left, so its last labels are sure (suffix `example`); `gate` goes on to
 * the right, and `.php` to the left, where it begins with a dot (suffix `php`).
 */
function wildcardKey(mask: string): HostKey {
  let best: HostKey = { kind: 'none' };
  let bestRarity = 0;
  for (const match of mask.matchAll(word)) {
    const text = match[0];
    const before = mask[match.index - 1];
    const after = mask[match.index + text.length];
    if (after === '*' || isUnsure.test(`${before ?? ''}${after ?? ''}`)) continue;
    // What follows the first dot begins a label, whatever stands before it.
    const sure = before === '*' ? text.slice(text.indexOf('.') + 1) : text;
    const isSure = before !== '*' || text.includes('.');
    const trimmed = trimmedWord(sure);
    // Numbers may be written otherwise in the event (0x7f.1), and the scanner skips most of them.
    if (!isSure || trimmed === '' || isNumeric(trimmed) || /\.\d+$/.test(trimmed)) continue;
    if (rarity(trimmed) <= bestRarity) continue;
    bestRarity = rarity(trimmed);
    best = { kind: before === '*' ? 'suffix' : 'exact', word: sure };
  }
  return best;
}

/** `evil.example*`: the labels before the last dot of the fixed beginning, which lies in the host. */
function leadingLabels(mask: string): HostKey | undefined {
  const fixed = mask.slice(0, mask.indexOf('*'));
  const labels = fixed.slice(0, Math.max(0, fixed.lastIndexOf('.')));
  if (trimmedWord(labels) === '' || !/^[A-Za-z0-9._-]+$/.test(labels)) return undefined;
  return { kind: 'prefix', word: labels };
}

/** The key of a URL indicator: a word that stands in every event that holds a URL it covers. */
export function urlKey(text: string): UrlKey {
  const mask = parseMask(text);
  switch (mask.kind) {
    case 'host':
    case 'site':
      return { key: hostKey(mask.host, 'exact'), isFloating: false };
    case 'domain':
      return { key: hostKey(mask.base, 'suffix'), isFloating: false };
    case 'exact':
    case 'folder':
    case 'script':
      return { key: fixedHostKey(text), isFloating: false };
    case 'wildcard': {
      if (text.startsWith('[') && !text.slice(0, text.indexOf('*')).includes(']')) {
        return { key: { kind: 'none' }, isFloating: false };
      }
      if (hostEnd(text) < text.indexOf('*')) return { key: fixedHostKey(text), isFloating: false };
      const key = wildcardKey(text);
      if (key.kind !== 'none') return { key, isFloating: true };
      return { key: leadingLabels(text) ?? key, isFloating: false };
    }
    default:
      return mask satisfies never;
  }
}

function fixedHostKey(text: string): HostKey {
  return hostKey(hostOf(text), 'exact');
}
