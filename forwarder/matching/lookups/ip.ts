import { ExactLookup } from './exact-lookup.js';
import type { LookupDefinition } from './lookup-definition.js';

/** Single IPv4 and IPv6 addresses, by their canonical text. */
export const ipLookup: LookupDefinition = {
  name: 'ip',
  indicators: ['ip'],
  observables: ['ip'],
  create: (textOf) => new ExactLookup(textOf),
};
