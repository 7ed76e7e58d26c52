import { isIP } from 'node:net';

import type { LookupKind } from '../../../forwarder/lookup/lookup-object.js';
import type { SectionsByName } from './common.js';
import { domainSections } from './domain.js';
import { hashSections } from './hash.js';
import { ipSections } from './ip.js';
import { Seed } from './seed.js';
import { urlSections, withoutScheme } from './url.js';

export { zoneOf } from './seed.js';
export { withoutScheme } from './url.js';

/** One value of each kind the portals of the tests have nothing on. */
export const unknownValues: Readonly<Record<LookupKind, string>> = {
  hash: '00000000000000000000000000000000',
  ip: '203.0.113.1',
  domain: 'unknown.example',
  url: 'http://unknown.example/path',
};

/** Names of the sections of a kind, LicenseInfo among them. */
export function sectionNames(kind: LookupKind): readonly string[] {
  const [first = '', ...others] = Object.keys(sectionsOf(kind, kind === 'ip' ? '192.0.2.1' : ''));
  return [first, 'LicenseInfo', ...others];
}

/**
 * Whether there is something on a value: not for names and URLs with `unknown` in them, for hashes that
 * begin with eight zeros, for addresses of 203.0.113.0/24 and for 2001:db8::dead.
 */
export function isKnownValue(kind: LookupKind, value: string): boolean {
  switch (kind) {
    case 'hash':
      return !value.startsWith('00000000');
    case 'ip':
      return !value.startsWith('203.0.113.') && value.toLowerCase() !== '2001:db8::dead';
    case 'domain':
    case 'url':
      return !value.toLowerCase().includes('unknown');
    default:
      return kind satisfies never;
  }
}

/** Whether a value is one of its kind at all; 400 when not. */
export function isValueOf(kind: LookupKind, value: string): boolean {
  switch (kind) {
    case 'hash':
      return /^(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64})$/i.test(value);
    case 'ip':
      return isIP(value) !== 0;
    case 'domain':
      return /^[^\s/:?#@]+\.[^\s/:?#@]+$/.test(value);
    case 'url':
      return /^[^\s/]/.test(withoutScheme(value));
    default:
      return kind satisfies never;
  }
}

/** All the portal has on a value, but LicenseInfo. */
export function sectionsOf(kind: LookupKind, value: string): SectionsByName {
  const seed = new Seed(kind, value);
  switch (kind) {
    case 'hash':
      return hashSections(seed);
    case 'ip':
      return ipSections(seed);
    case 'domain':
      return domainSections(seed);
    case 'url':
      return urlSections(seed);
    default:
      return kind satisfies never;
  }
}
