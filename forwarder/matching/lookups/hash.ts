import { hashKinds } from '../../core/index.js';
import { ExactLookup } from './exact-lookup.js';
import type { LookupDefinition } from './lookup-definition.js';

/** MD5, SHA-1 and SHA-256: equal in every digit. Their lengths differ, so one table holds them all. */
export const hashLookup: LookupDefinition = {
  name: 'hash',
  indicators: hashKinds,
  observables: hashKinds,
  create: (textOf) => new ExactLookup(textOf),
};
