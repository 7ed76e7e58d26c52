import { eventCatalogue } from '../events/catalogue.js';
import type { EventDescription } from '../events/event-description.js';
import { identifiers } from '../identity.js';
import { customProperties } from '../properties/custom-properties.js';
import type { CustomProperty } from '../properties/custom-property.js';

/** What of a site stands in the bundle's files. */
export interface BundleSettings {
  /** Identifier of the service's messages; `identifier` of the configuration. */
  readonly identifier: string;
  /** Identifier of the test events. */
  readonly verificationIdentifier: string;
  /** Where JSA forwards events to. */
  readonly service: {
    readonly host: string;
    readonly port: number;
    readonly protocol: 'TCP' | 'TLS';
  };
  /** JSA's event collector: where the service's messages go. */
  readonly collector: { readonly host: string; readonly port: number };
  /** Every event JSA is to know. */
  readonly events: readonly EventDescription[];
  readonly properties: readonly CustomProperty[];
}

/** A file of the bundle; a text is UTF-8. */
export interface BundleFile {
  /** Relative, `/` between folders. */
  readonly path: string;
  readonly content: string | Uint8Array;
}

/** The values of the guides: addresses set apart for documentation, the catalogue and nothing more. */
export const defaultBundleSettings: BundleSettings = {
  identifier: identifiers.detections,
  verificationIdentifier: identifiers.verification,
  service: { host: '192.0.2.20', port: 9995, protocol: 'TCP' },
  collector: { host: '192.0.2.10', port: 514 },
  events: eventCatalogue,
  properties: customProperties,
};

/** A file of JSON, laid out for people and for `diff`. */
export function jsonFile(path: string, value: unknown): BundleFile {
  return { path, content: `${JSON.stringify(value, undefined, 2)}\n` };
}
