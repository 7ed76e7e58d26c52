import type { LookupFunction } from '../kl-fields.js';
import { fixedNames, functionOf } from './definition.js';
import { domainFunctions } from './domain.js';
import { hashFunctions } from './hash.js';
import { ipFunctions } from './ip.js';
import { urlFunctions } from './url.js';

const definitions = [...hashFunctions, ...ipFunctions, ...domainFunctions, ...urlFunctions];

/** Names of all functions that are no contact's, in whatever function. */
export const reservedNames = fixedNames(definitions);

/** Every function; of each kind the most general one first. */
export const lookupFunctions: readonly LookupFunction[] = definitions.map((definition) =>
  functionOf(definition, reservedNames),
);
