/** What the Threat Intelligence Portal can be asked about. */
export const lookupKinds = ['hash', 'ip', 'domain', 'url'] as const;
export type LookupKind = (typeof lookupKinds)[number];

/** One thing to look up. */
export interface LookupObject {
  readonly kind: LookupKind;
  /** As it is asked for: refanged, hashes in capitals, names in lower case; not percent-encoded. */
  readonly value: string;
  /** As it was given. */
  readonly text: string;
}

/**
 * How dangerous the portal holds an object to be (its help, "Zones"). Red: dangerous. Orange: not
 * trusted (addresses, domains, URLs only). Yellow: adware and other. Green: good. Grey: no data.
 */
export const zones = ['Red', 'Orange', 'Yellow', 'Green', 'Grey'] as const;
export type Zone = (typeof zones)[number];
