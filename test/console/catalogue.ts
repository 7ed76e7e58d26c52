/** Ids and names of the low-level categories that our events, and the console's own, may have. */
const rows: readonly (readonly [id: number, name: string, severity: number])[] = [
  [6001, 'Unknown Malware', 4],
  [6002, 'Backdoor Detected', 9],
  [6004, 'Malicious Software', 6],
  [6007, 'Misc Malware', 3],
  [6008, 'Trojan Detected', 7],
  [6018, 'Malware Infection', 7],
  [7001, 'Unknown Suspicious Event', 3],
  [7006, 'Suspicious Activity', 3],
  [7023, 'Misc Suspicious Event', 3],
  [7033, 'Suspicious IP Address', 4],
  [7053, 'Hostile IP', 4],
  [7054, 'Watch List IP', 4],
  [7055, 'Known Offender IP', 4],
  [7058, 'Blacklist Address', 8],
  [7059, 'Watchlist Address', 7],
  [7060, 'Darknet Address', 5],
  [7061, 'Botnet Address', 7],
  [7062, 'Suspicious Address', 5],
  [7063, 'Bad Content', 7],
  [8001, 'Unknown System Event', 1],
  [8006, 'System Status', 1],
  [8007, 'System Error', 3],
  [8009, 'Service Started', 1],
  [8010, 'Service Stopped', 1],
  [8011, 'Service Failure', 6],
  [8036, 'System Informational', 1],
  [8052, 'Information', 1],
  [8053, 'Notice', 3],
  [8054, 'Warning', 5],
  [8055, 'Error', 7],
  [8056, 'Critical', 9],
  [8079, 'License Expired', 1],
  [8084, 'Service Disruption', 6],
  [8085, 'License Exceeded', 1],
  [9021, 'Watchlist Object', 5],
  [10001, 'Unknown', 3],
  [10008, 'Stored', 3],
  [13012, 'Potential Botnet connection', 7],
  [22032, 'Heartbeat', 1],
];

export interface CategoryRecord {
  readonly id: number;
  readonly name: string;
  readonly description: string;
  readonly severity: number;
  readonly high_level_category_id: number;
}

/** The list of `/data_classification/low_level_categories`; the severities are made up. */
export const lowLevelCategoryRecords: readonly CategoryRecord[] = rows.map(
  ([id, name, severity]) => ({
    id,
    name,
    description: name,
    severity,
    high_level_category_id: Math.floor(id / 1000) * 1000,
  }),
);

/** High-level categories by id: the names that a forwarded event has. */
export const highLevelCategories: ReadonlyMap<number, string> = new Map([
  [6000, 'Malware'],
  [7000, 'Suspicious Activity'],
  [8000, 'System'],
  [9000, 'Policy'],
  [10000, 'Unknown'],
  [13000, 'Potential Exploit'],
  [22000, 'Control System'],
]);

/** Category of an event that was parsed and has no mapping. */
export const unknownCategory = 10001;
/** Category of an event that was not parsed. */
export const storedCategory = 10008;

/** Ids of the log source types as a console has them; a type that is made gets one above 4000. */
export const typeIds = {
  linux: 11,
  generic: 67,
  notifications: 147,
  leef: 212,
  cef: 367,
  vendor: 414,
} as const;

/** First number of the QIDs that a user makes. */
export const firstOwnQid = 1_002_250_000;

/** The system setting "Coalescing Events": on for new log sources that do not say. */
export const coalescingDefault = true;
