import { isCollectorUrl } from '../values/collector-url.js';
import { readFilterCriterion } from './filter-criterion.js';
import type { ImportDraft } from './import-draft.js';
import { importedDialect, replaced } from './import-listener.js';
import { allNamed, type ServiceTree } from './service-tree.js';
import { attributeOf, childOf, flagOf, type XmlElement } from './xml/element.js';

/** Groups in which a ConnectionString is that of service alerts. */
const ofAlerts = ['ServiceAlertsSettings', 'AlertSettings', 'AlertsSettings'];

/** Where messages go, and which (CyberTrace help, pages 198889 and 198876). */
export function importOutput(tree: ServiceTree, draft: ImportDraft): void {
  importCollector(tree, draft);
  const alerts = [
    ...allNamed(tree.output, 'AlertConnectionString'),
    ...ofAlerts.flatMap((group) =>
      allNamed(tree.output, group).flatMap((one) => {
        const connection = childOf(one, 'ConnectionString');
        return connection === undefined ? [] : [connection];
      }),
    ),
  ];
  for (const alert of alerts) {
    draft.see(alert, 'enabled');
    const isOff = flagOf(alert, 'enabled') !== true || alert.text.trim() === '';
    draft.report(
      alert,
      isOff
        ? { status: 'not needed', detail: 'switched off: service alerts go where detections go' }
        : { status: 'not supported', detail: 'service alerts go where detections go' },
    );
  }
  for (const group of allNamed(tree.output, 'SendEventFilters')) {
    for (const filter of group.children) importFilter(filter, draft);
  }
}

function importCollector(tree: ServiceTree, draft: ImportDraft): void {
  const [connection, ...rest] = allNamed(tree.output, 'ConnectionString', ofAlerts);
  for (const other of rest) draft.report(other, replaced);
  if (connection === undefined) return;
  draft.see(connection, 'enabled');
  const text = connection.text.trim();
  const url = text.startsWith('/') ? `unix://${text}` : `tcp://${text}`;
  if (!isCollectorUrl(url) || !/^unix:|:\d+$/.test(url)) {
    const what = text.includes('\\') ? 'a named pipe of Windows' : 'no address';
    const detail = `${what}: messages go to standard output; name the collector in delivery.collectors`;
    draft.report(connection, { status: 'not supported', detail });
    return;
  }
  const collector = { url, dialect: importedDialect };
  draft.set(['delivery', 'collectors'], [collector], connection);
  draft.report(connection, { status: 'taken over', target: 'delivery.collectors[0]' });
}

/** A filter on a field of the record becomes a filter of every feed. */
function importFilter(filter: XmlElement, draft: ImportDraft): void {
  draft.see(filter, 'attribute', 'value');
  const attribute = (attributeOf(filter, 'attribute') ?? '').trim();
  const value = (attributeOf(filter, 'value') ?? '').trim();
  const field = /^ioc_supplier_context\.(.+)$/.exec(attribute)?.[1]?.replaceAll('.', '/');
  if (field === undefined || field === '__proto__') {
    const detail =
      'only fields of a record (ioc_supplier_context.…) can be asked for: filter in JSA';
    draft.report(filter, { status: 'not supported', detail });
    return;
  }
  const criterion = readFilterCriterion(value);
  if (criterion === undefined) {
    const detail = 'it is no text, number, date or range such as [10;20]: left out';
    draft.report(filter, { status: 'not supported', detail });
    return;
  }
  const feeds = (draft.value['feeds'] ?? []) as Record<string, unknown>[];
  const detecting = feeds.filter(
    ({ path }) => !/(?:^|[/\\])FalsePositive[^/\\]*$/i.test(String(path)),
  );
  for (const feed of detecting) {
    feed['filters'] = { ...(feed['filters'] as object | undefined), [field]: criterion };
  }
  draft.report(filter, {
    status: 'changed',
    target: `feeds[].filters.${field}`,
    detail: 'records are left out when a feed is loaded, so that they are not in replies either',
  });
}
