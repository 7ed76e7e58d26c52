import type { FieldKind } from '../format.js';

/** What one part of an attribute's value holds; `-`: nothing that events are searched for. */
export type MispPart =
  Extract<FieldKind, 'url' | 'domain' | 'ip' | 'md5' | 'sha1' | 'sha256'> | '-';

/**
 * The attribute types that hold indicators, and what the parts of their values are (MISP, "Categories
 * and types"). Parts are joined by `|`. Not here, so context only: `link`, which names reports; hashes
 * that are no file's (`x509-fingerprint-sha1`, `ja3-fingerprint-md5`); addresses of mail.
 */
const partsByType: Readonly<Record<string, readonly MispPart[]>> = {
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

/** The parts of the values of a type; undefined for types that hold no indicator. */
export function mispParts(type: string): readonly MispPart[] | undefined {
  return Object.hasOwn(partsByType, type) ? partsByType[type] : undefined;
}

/** The value cut at its `|`: the last one where a file's name, which may hold one, is before it. */
export function splitMispValue(value: string, parts: readonly MispPart[]): readonly string[] {
  if (parts.length === 1) return [value];
  const at = parts[0] === '-' ? value.lastIndexOf('|') : value.indexOf('|');
  return at < 0 ? [value] : [value.slice(0, at), value.slice(at + 1)];
}
