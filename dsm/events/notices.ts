import type { EventDescription } from './event-description.js';
import { lowLevelCategories as categories } from './low-level-categories.js';
import type { LowLevelCategory } from './low-level-categories.js';

type Row = readonly [
  name: string,
  description: string,
  severity: number,
  category: LowLevelCategory,
];

/** Names: CyberTrace help, page 198337; LoopProbe, LoopDetected, EventsShed, SpoolFull are this project's own. */
const emittedAlerts: readonly Row[] = [
  [
    'ServiceStarted',
    'The service is started and its feeds are loaded',
    1,
    categories.serviceStarted,
  ],
  ['ServiceStopped', 'The service is stopped', 4, categories.serviceStopped],
  ['ConfigurationUpdated', 'The service uses a new configuration', 2, categories.information],
  ['UpdatedFeed', 'A feed is updated and in use', 1, categories.information],
  ['FailedToUpdateFeed', 'A feed could not be updated: the old one stays', 6, categories.warning],
  ['OutdatedFeed', 'A feed was not updated within its period', 5, categories.warning],
  ['FeedLoadedPartially', 'A feed has more records than are used', 5, categories.warning],
  [
    'IndicatorsStoreLimitExceeded',
    'The feeds have more records than are used of all together',
    6,
    categories.warning,
  ],
  ['ServiceUnavailable', 'The service crashed or hangs', 9, categories.serviceFailure],
  ['FreeSpaceEnds', 'The disk is nearly full', 7, categories.warning],
  [
    'LoopProbe',
    'A probe of the service: when it comes back as an event all messages do',
    1,
    categories.information,
  ],
  [
    'LoopDetected',
    'Messages of the service come back to it as events: a routing rule is too wide',
    8,
    categories.warning,
  ],
  ['EventsShed', 'Events or messages were dropped for want of room', 8, categories.error],
  ['SpoolFull', 'The spool is full or its disk cannot be written', 8, categories.error],
];

/** What only CyberTrace sends (pages 198337, 186828, 219254, 215234, 292971). */
const vendorAlerts: readonly Row[] = [
  [
    'FeedBecameAvailable',
    'The certificate gives access to a further feed',
    1,
    categories.information,
  ],
  [
    'FeedBecameUnavailable',
    'The certificate no longer gives access to a feed',
    5,
    categories.warning,
  ],
  ['FeedEnabled', 'A feed is switched on for a tenant', 1, categories.information],
  ['FeedDisabled', 'A feed is switched off for a tenant', 3, categories.information],
  ['LicenseExpires', 'The licence is about to expire', 5, categories.licenseExpired],
  ['LicenseChanged', 'Another licence is in use', 2, categories.information],
  [
    'EPSLimitExceeded',
    'More events per second than the licence allows',
    6,
    categories.licenseExceeded,
  ],
  ['EPSHardLimit', 'Events are dropped because of the licence', 8, categories.licenseExceeded],
  ['IndicatorsStoreHardLimit', 'The store of indicators is full', 7, categories.error],
  ['DetectsStorageExceeded', 'The store of detections is full', 6, categories.warning],
  ['RetroScanCompleted', 'A scan of stored events is completed', 2, categories.information],
  ['RetroScanError', 'A scan of stored events failed', 5, categories.error],
];

/** Kaspersky names the type Evaluation and no event of it: these are this project's reading. */
const evaluationRows: readonly Row[] = [
  ['LookupFinished', 'The lookup of an event is finished', 1, categories.information],
  ['KL_EVALUATION_Verification', 'A verification run is finished', 1, categories.information],
  [
    'KL_EVALUATION_Lookup',
    "The portal's report on an indicator that was detected",
    1,
    categories.information,
  ],
];

export const statuses: readonly EventDescription[] = [
  ...emittedAlerts.map((row) => describeAlert(row, 'emitted')),
  ...vendorAlerts.map((row) => describeAlert(row, 'vendor')),
];

export const evaluations: readonly EventDescription[] = evaluationRows.map(
  ([id, description, severity, category]) => ({
    id,
    type: 'Evaluation',
    description,
    severity,
    category,
    origin: 'emitted',
  }),
);

/** The description of a status event that has no entry above. */
export function describeOpenStatus(id: string): EventDescription {
  return {
    id,
    type: 'Status',
    description: 'A message of the service about itself',
    severity: 3,
    category: categories.information,
    origin: 'vendor',
  };
}

/** The description of an evaluation event that has no entry above. */
export function describeOpenEvaluation(id: string): EventDescription {
  return {
    id,
    type: 'Evaluation',
    description: 'The outcome of an evaluation',
    severity: 1,
    category: categories.information,
    origin: 'emitted',
  };
}

function describeAlert(
  [name, description, severity, category]: Row,
  origin: EventDescription['origin'],
): EventDescription {
  return { id: `KL_ALERT_${name}`, type: 'Status', description, severity, category, origin };
}
