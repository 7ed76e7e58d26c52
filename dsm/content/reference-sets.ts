import { catalogueVersion } from '../events/version.js';
import { jsonFile } from './settings.js';
import type { BundleFile, BundleSettings } from './settings.js';

/** A reference set and the rule that fills it. */
export interface ReferenceSet {
  readonly name: string;
  readonly entryType: 'ALNIC' | 'IP';
  /** Completes "… by the threat forwarder". */
  readonly holds: string;
  /** Event field or custom property the rule response takes. */
  readonly field: string;
  /** What the rule asks for, as an AQL filter. */
  readonly test: string;
}

/** A value nobody has seen for so long leaves its set. */
const timeToLive = '30 days';

/** What of a detection is kept. `-` stands for an absent value in our lines. */
export const referenceSets: readonly ReferenceSet[] = [
  {
    name: 'TF Detected URLs',
    entryType: 'ALNIC',
    holds: 'URLs and domains that were found',
    field: 'URL',
    test: `"URL" <> '-'`,
  },
  {
    name: 'TF Detected IPs',
    entryType: 'IP',
    holds: 'Addresses that were found',
    field: 'IP',
    test: `"IP" <> '-'`,
  },
  ...['MD5', 'SHA1', 'SHA256'].map((hash): ReferenceSet => ({
    name: `TF Detected ${hash}`,
    entryType: 'ALNIC',
    holds: `${hash} hashes that were found`,
    field: hash,
    test: `"${hash}" <> '-'`,
  })),
  {
    name: 'TF Affected Hosts',
    entryType: 'IP',
    holds: 'Source addresses of events with detections',
    field: 'Source IP',
    test: `sourceip <> '0.0.0.0'`,
  },
  {
    name: 'TF Affected Users',
    entryType: 'ALNIC',
    holds: 'Users of events with detections',
    field: 'Username',
    test: `username IS NOT NULL AND username <> '-'`,
  },
];

/** Reference sets that rules fill from detections, so that other rules and searches can ask them. */
export function referenceSetsFile({ identifier }: BundleSettings): BundleFile {
  return jsonFile('reference-sets.json', {
    catalogueVersion,
    resource: '/reference_data_collections/sets',
    note: 'A set may be made through the REST API; the rule that fills it is made in the rule wizard.',
    sets: referenceSets.map(({ name, entryType, holds, field, test }) => ({
      set: {
        name,
        description: `${holds} by the threat forwarder`,
        entry_type: entryType,
        namespace: 'SHARED',
      },
      // Not for the REST API: in which unit it takes the time is not documented.
      timeToLive: `${timeToLive}, since last seen`,
      filledBy: {
        rule: `${name}: fill`,
        ruleType: 'Event',
        tests: [
          `when the event(s) were detected by one or more of these log sources: ${identifier}`,
          'when the event QID is one of the events whose type is Detect (event-mappings.json)',
          `when the event matches this AQL filter query: ${test}`,
        ],
        response: `Add to a Reference Set: ${field} to ${name}`,
      },
    })),
  });
}
