import { cidrLookup } from './cidr.js';
import { domainLookup } from './domain.js';
import { hashLookup } from './hash.js';
import { ipLookup } from './ip.js';
import type { LookupDefinition } from './lookup-definition.js';
import { urlMaskLookup } from './url-mask.js';

export type { LookupDefinition, LookupShape } from './lookup-definition.js';

/** Every lookup of the index; each kind of indicator is held by exactly one. */
export const lookups: readonly LookupDefinition[] = [
  hashLookup,
  domainLookup,
  ipLookup,
  cidrLookup,
  urlMaskLookup,
];
