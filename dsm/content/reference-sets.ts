import { catalogueVersion } from '../events/version.js';
import { jsonFile } from './settings.js';
import type { BundleFile, BundleSettings } from './settings.js';

type Row = readonly [
  set: string,
  entryType: 'ALNIC' | 'IP',
  holds: string,
  /** Event field or custom property the rule response takes. */
  field: string,
  /** What the rule asks for, as an AQL filter. */
  test: string,
];

/** A value nobody has seen for so long leaves its set. */
const timeToLive = '30 days';

/** `-` stands for an absent value in our lines. */
const rows: readonly Row[] = [
  ['TF Detected URLs', 'ALNIC', 'URLs and domains that were found', 'URL', `"URL" <> '-'`],
  ['TF Detected IPs', 'IP', 'Addresses that were found', 'IP', `"IP" <> '-'`],
  ['TF Detected MD5', 'ALNIC', 'MD5 hashes that were found', 'MD5', `"MD5" <> '-'`],
  ['TF Detected SHA1', 'ALNIC', 'SHA1 hashes that were found', 'SHA1', `"SHA1" <> '-'`],
  ['TF Detected SHA256', 'ALNIC', 'SHA256 hashes that were found', 'SHA256', `"SHA256" <> '-'`],
  [
    'TF Affected Hosts',
    'IP',
    'Source addresses of events with detections',
    'Source IP',
    `sourceip <> '0.0.0.0'`,
  ],
  [
    'TF Affected Users',
    'ALNIC',
    'Users of events with detections',
    'Username',
    `username IS NOT NULL AND username <> '-'`,
  ],
];

/** Reference sets that rules fill from detections, so that other rules and searches can ask them. */
export function referenceSetsFile({ identifier }: BundleSettings): BundleFile {
  return jsonFile('reference-sets.json', {
    catalogueVersion,
    resource: '/reference_data_collections/sets',
    note: 'A set may be made through the REST API; the rule that fills it is made in the rule wizard.',
    sets: rows.map(([name, entryType, holds, field, test]) => ({
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
