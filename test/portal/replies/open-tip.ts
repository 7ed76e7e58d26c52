import type { LookupKind } from '../../../forwarder/lookup/lookup-object.js';
import type { SectionsByName } from './common.js';

/** What OpenTIP gives of what the portal has. */
const sectionsOf: Readonly<Record<LookupKind, readonly string[]>> = {
  hash: ['Zone', 'FileGeneralInfo', 'DetectionsInfo'],
  ip: ['Zone', 'IpGeneralInfo', 'IpWhoIs'],
  domain: ['Zone', 'DomainGeneralInfo', 'DomainWhoIsInfo'],
  url: ['Zone', 'UrlGeneralInfo', 'UrlDomainWhoIs'],
};

const fileStatus: Readonly<Record<string, string>> = {
  Red: 'Malware',
  Yellow: 'Adware',
  Green: 'Clean',
  Grey: 'NotCategorized',
};

/**
 * The same reply by OpenTIP: fewer sections, no key for what is null or empty, times with seconds, the
 * hits of files rounded to a power of ten.
 */
export function asOpenTip(kind: LookupKind, sections: SectionsByName): SectionsByName {
  const some = Object.fromEntries(sectionsOf[kind].map((name) => [name, sections[name]]));
  if (kind === 'hash') {
    const { HitsCount, ...file } = some['FileGeneralInfo'] as Readonly<Record<string, unknown>>;
    some['FileGeneralInfo'] = {
      FileStatus: fileStatus[String(some['Zone'])],
      ...file,
      HitsCount: 10 ** Math.round(Math.log10(Math.max(1, Number(HitsCount)))),
    };
  }
  return pruned(some) as SectionsByName;
}

/** Without nulls, empty lists and empty objects. */
function pruned(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(/^(\d{4}-\d\d-\d\dT\d\d:\d\d)Z$/, '$1:00Z');
  if (value === null || typeof value !== 'object') return value ?? undefined;
  if (Array.isArray(value)) {
    const rows = value.map(pruned).filter((row) => row !== undefined);
    return rows.length === 0 ? undefined : rows;
  }
  const entries = Object.entries(value)
    .map(([name, inner]) => [name, pruned(inner)] as const)
    .filter(([, inner]) => inner !== undefined);
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}
