import { fromLogSource } from './aql.js';
import { columns, property, queryText } from './search-text.js';
import type { Query } from './search-text.js';
import type { BundleSettings } from './settings.js';

/** A search of the console, ready to be saved. */
export interface SavedSearch {
  readonly name: string;
  /** The question it answers. */
  readonly purpose: string;
  readonly aql: string;
}

/** Stands for the id of a verification run (`verify` prints it). */
export const runIdPlaceholder = 'RUN-ID';

/** The searches, in the order an analyst needs them: they stand in for a dashboard. */
export function savedSearches(settings: BundleSettings): readonly SavedSearch[] {
  const ours = fromLogSource(settings.identifier);
  const both = `(${ours} OR ${fromLogSource(settings.verificationIdentifier)})`;
  return [...ofDetections(ours), ...ofService(ours), ...ofBoth(both)].map(
    ([name, purpose, query]) => ({ name, purpose, aql: queryText(query) }),
  );
}

type Row = readonly [name: string, purpose: string, query: Query];

/** Names of detections begin with KL_, those of status and evaluation events go on in a known way. */
const isDetection =
  "QIDNAME(qid) ILIKE 'KL_%' AND NOT (QIDNAME(qid) ILIKE 'KL_ALERT_%' OR QIDNAME(qid) ILIKE 'KL_EVALUATION_%')";

/** 10001 (Unknown): read, but mapped to no name; 10008 (Stored): not read at all; QID 0: no name. */
const isNameless = '(category = 10001 OR category = 10008 OR qid = 0)';

/** An event of ours that no log source takes: its identifier is spelt otherwise, or there is none yet. */
const isHomeless =
  "LOGSOURCETYPENAME(devicetype) ILIKE 'SIM Generic%' AND UTF8(payload) ILIKE '%LEEF:1.0|Kaspersky Lab|%'";

const { event, category, logSource, source, destination, user, severity } = columns;
const { highest, count, hosts, time, lastSeen } = columns;
const mostFirst = { orderBy: '"Count" DESC', limit: 100, last: '24 HOURS' } as const;
const newestFirst = { orderBy: 'starttime DESC', limit: 100, last: '24 HOURS' } as const;

function ofDetections(ours: string): readonly Row[] {
  const where = [ours, isDetection];
  const indicator = property('Matched Indicator');
  const select = [time, event, source, destination, user, indicator, property('Confidence')];
  const hashes = ['MD5', 'SHA1', 'SHA256', 'Threat'].map(property);
  return [
    [
      'TF Detections by event',
      'Which feeds and objects are detected, and how often?',
      { ...mostFirst, select: [event, category, count, lastSeen], where, groupBy: 'qid, category' },
    ],
    [
      'TF Detections by source',
      'Which hosts talk to what is listed?',
      { ...mostFirst, select: [source, count, highest, lastSeen], where, groupBy: 'sourceip' },
    ],
    [
      'TF Detections by user',
      'Which users are concerned?',
      {
        ...mostFirst,
        select: [user, count, lastSeen],
        where: [...where, 'username IS NOT NULL', "username <> '-'"],
        groupBy: 'username',
      },
    ],
    [
      'TF Newest detections',
      'What was detected last?',
      { ...newestFirst, select: [...select, severity], where },
    ],
    [
      'TF Top indicators',
      'Which indicators are met most, and by how many hosts?',
      {
        ...mostFirst,
        select: [indicator, count, hosts, lastSeen],
        where,
        groupBy: '"Matched Indicator"',
      },
    ],
    [
      'TF Detections by category',
      'Of what kind is that which is detected?',
      { ...mostFirst, select: [category, count, highest], where, groupBy: 'category' },
    ],
    [
      'TF Hash sightings',
      'Which listed files were seen, and how often?',
      {
        ...mostFirst,
        select: [...hashes, count, hosts, lastSeen],
        where: [...where, "QIDNAME(qid) ILIKE '%_Hash_%'"],
        groupBy: hashes.map(([expression]) => expression).join(', '),
        last: '7 DAYS',
      },
    ],
  ];
}

function ofService(ours: string): readonly Row[] {
  const failing =
    "(QIDNAME(qid) = 'KL_ALERT_FailedToUpdateFeed' OR QIDNAME(qid) = 'KL_ALERT_OutdatedFeed')";
  return [
    [
      'TF Status events',
      'What did the service say about itself?',
      {
        ...newestFirst,
        select: [time, event, ...['Feed', 'Feed Records', 'Error'].map(property)],
        where: [ours, "QIDNAME(qid) ILIKE 'KL_ALERT_%'"],
        last: '7 DAYS',
      },
    ],
    [
      'TF Feeds that fail',
      'Which feeds could not be updated or are too old?',
      {
        ...mostFirst,
        select: [property('Feed'), event, count, lastSeen],
        where: [ours, failing],
        groupBy: '"Feed", qid',
        last: '7 DAYS',
      },
    ],
    [
      'TF Unknown or stored',
      'Which events could JSA not name? It should find nothing.',
      {
        ...mostFirst,
        select: [category, event, count, lastSeen],
        where: [`(${ours} AND ${isNameless} OR ${isHomeless})`],
        groupBy: 'category, qid',
      },
    ],
  ];
}

function ofBoth(both: string): readonly Row[] {
  return [
    [
      'TF Verification run',
      `What of one run arrived? Put its id for ${runIdPlaceholder}.`,
      {
        ...mostFirst,
        select: [logSource, event, count, lastSeen],
        where: [both, `UTF8(payload) ILIKE '%${runIdPlaceholder}%'`],
        groupBy: 'logsourceid, qid',
      },
    ],
    [
      'TF Events and licence',
      'How much of the EPS licence do our log sources use?',
      {
        select: [
          logSource,
          ['SUM(eventcount)', 'Events'],
          ['SUM(eventcount) / 86400.0', 'Mean events per second'],
        ],
        where: [both],
        groupBy: 'logsourceid',
        orderBy: '"Events" DESC',
        last: '24 HOURS',
      },
    ],
  ];
}
