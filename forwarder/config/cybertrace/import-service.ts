import { formatPath } from '../config-path.js';
import type { ImportDraft } from './import-draft.js';
import { numberIn, numberOf } from './numbers.js';
import type { ImportStatus } from './report.js';
import { allNamed, type ServiceTree } from './service-tree.js';
import { attributeOf, flagOf, type XmlElement } from './xml/element.js';

/** Parts of CyberTrace of which only this is to be said. */
const elsewhere: readonly (readonly [name: string, status: ImportStatus, detail: string])[] = [
  [
    'GUISettings',
    'not needed',
    'there is no web interface: threat-forwarder status and stats, metrics at http.listen',
  ],
  [
    'HTTPServer',
    'not needed',
    'there is no web interface: threat-forwarder status and stats, metrics at http.listen',
  ],
  ['AuthenticationServers', 'not needed', 'there are no accounts, for there is no web interface'],
  [
    'FeedUtil',
    'not needed',
    'feeds with a url are fetched by the forwarder itself (downloads, feeds[].url)',
  ],
  [
    'Plugins',
    'not supported',
    'plug-ins of CyberTrace do not run here; modules of your own: enrichment.enrichers',
  ],
  ['LogSettings', 'not needed', 'set log.level and log.file'],
  ['BasesBackup', 'not needed', 'the compiled feeds before stay in use when new ones are bad'],
  ['BasesDownload', 'not needed', 'downloads.directory'],
  ['TemporaryDir', 'not needed', 'nothing is written outside of the own folders'],
  ['ScanningThreadsPerScanner', 'not needed', 'matching.workers finds its number by itself'],
];

const deliveryIs =
  'delivery never gives up while the spool has room: it tries again until the collector has every message';

/** ServiceSettings and what stands beside them (CyberTrace help, pages 198898, 193657, 199846). */
export function importService(tree: ServiceTree, draft: ImportDraft): void {
  for (const [name, status, detail] of elsewhere) {
    // Looked for one by one: what is in an element that was told of is told of too.
    for (const element of unread(tree, name, draft)) {
      if (!draft.isSeen(element)) draft.reportWhole(element, { status, detail });
    }
  }
  for (const element of unread(tree, 'RetroScan', draft)) importRetroScan(element, draft);
  for (const element of unread(tree, 'EPSLimit', draft)) importEpsLimit(element, draft);
  for (const element of unread(tree, 'ScannersCount', draft)) importScanners(element, draft);
  // The second name has a Cyrillic letter, as one page of the help has it (page 296032).
  const retries = [
    'EventSendingRetriesCount',
    'EventSendingRetriesTimeout',
    'EventSendingRetriesTim\u0435out',
  ];
  for (const element of retries.flatMap((name) => unread(tree, name, draft))) {
    draft.report(element, { status: 'changed', detail: deliveryIs });
  }
  for (const element of unread(tree, 'FeedsRollbackEnabled', draft)) {
    const isOff = /^(?:false|0|no)$/i.test(element.text.trim());
    draft.report(element, {
      status: isOff ? 'changed' : 'taken over',
      detail: isOff ? 'feeds that cannot be loaded never take the place of those in use' : '',
    });
  }
  importFeedSettings(tree, draft);
}

/** Elements of a name that nothing was said of yet: those of other tenants are passed over. */
function unread(tree: ServiceTree, name: string, draft: ImportDraft): readonly XmlElement[] {
  return allNamed([tree.root], name).filter((element) => !draft.isSeen(element));
}

/** `OutdatedBasesAlertPeriod`, in hours: for feeds that say nothing of their own. */
export function outdatedAfterHours(tree: ServiceTree, draft: ImportDraft): number | undefined {
  const [element] = unread(tree, 'OutdatedBasesAlertPeriod', draft);
  if (element === undefined) return undefined;
  const hours = numberOf(element, 0, 87_600, draft);
  if (hours === undefined) return undefined;
  draft.report(element, { status: 'taken over', target: 'feeds[].outdatedAfterHours' });
  return hours;
}

function importRetroScan(element: XmlElement, draft: ImportDraft): void {
  const isOn = flagOf(element, 'enabled') === true;
  draft.reportWhole(element, {
    status: isOn ? 'not supported' : 'not needed',
    detail: isOn
      ? 'events are not kept to be looked up again: threat-forwarder scan looks up stored logs'
      : 'switched off',
  });
}

function importEpsLimit(element: XmlElement, draft: ImportDraft): void {
  const isOn = flagOf(element, 'enabled') === true;
  const detail =
    'there is no limit: what comes too fast waits with the sender, and nothing is lost';
  draft.reportWhole(element, { status: isOn ? 'changed' : 'not needed', detail });
}

function importScanners(element: XmlElement, draft: ImportDraft): void {
  const count = numberOf(element, 1, 20_000, draft);
  if (count === undefined) return;
  const intake = draft.value['intake'] as Readonly<Record<string, unknown>> | undefined;
  if (intake?.['cybertrace'] === undefined) {
    const detail = 'intake.jsa takes up to 1024 connections (maxConnections)';
    draft.report(element, { status: 'not needed', detail });
    return;
  }
  const path = ['intake', 'cybertrace', 'maxSessions'];
  draft.set(path, count, element);
  draft.report(element, { status: 'taken over', target: formatPath(path) });
}

/** The attributes of Feeds (page 198873). */
function importFeedSettings(tree: ServiceTree, draft: ImportDraft): void {
  for (const feeds of tree.feeds) {
    draft.see(feeds, 'per_scan_detect_limit', 'update_frequency');
    const limit = numberIn(feeds, 'per_scan_detect_limit', 1, 1_000_000, draft);
    if (limit !== undefined && !hasValue(draft, 'matching')) {
      draft.set(['matching', 'perEventDetectionLimit'], limit, feeds);
      const target = 'matching.perEventDetectionLimit';
      draft.reportAttribute(feeds, 'per_scan_detect_limit', { status: 'taken over', target });
    }
    const minutes = numberIn(feeds, 'update_frequency', 0, 10_080, draft);
    if (minutes === undefined || hasValue(draft, 'downloads')) continue;
    const every = minutes === 0 ? 'never' : `${minutes}m`;
    draft.set(['downloads', 'every'], every, feeds, filesAreNotFetched);
    draft.reportAttribute(feeds, 'update_frequency', {
      status: 'changed',
      target: 'downloads.every',
      detail: filesAreNotFetched,
    });
  }
}

const filesAreNotFetched =
  'Only feeds with a url are fetched. Feeds with a path are watched: whoever brings new files there, they are taken in by themselves.';

function hasValue(draft: ImportDraft, key: string): boolean {
  return draft.value[key] !== undefined;
}

/** The folder of the feeds' files, as written; undefined when it is not named. */
export function basesOf(
  tree: ServiceTree,
  draft: ImportDraft,
): { readonly element: XmlElement; readonly text: string } | undefined {
  const [element] = unread(tree, 'Bases', draft);
  if (element === undefined) return undefined;
  const text = element.text.trim() === '' ? attributeOf(element, 'path') : element.text;
  return text === undefined ? undefined : { element, text: text.trim() };
}
