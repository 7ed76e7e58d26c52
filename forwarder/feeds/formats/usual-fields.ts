import type { FieldTree } from '../../core/index.js';
import { indicatorsByFields } from '../field-indicators.js';
import { valuesAt } from '../field-path.js';
import type { RecordIndicators } from '../record-indicators.js';
import type { FieldKind, FieldRule } from './format.js';

/** Names of fields that mean the same, without `_`, `-`, `.` and blanks, in lower case. */
interface NameGroup {
  readonly kind: FieldKind;
  readonly names: readonly string[];
}

/**
 * The names under which feeds of all suppliers keep their indicators, most exact first. Of a
 * record, the first group counts of which it has a value: what follows only describes that
 * indicator (the host of a URL, the addresses of a domain), and would detect too much by itself.
 */
const groups: readonly NameGroup[] = [
  { kind: 'any', names: ['indicator', 'indicatorvalue', 'ioc', 'iocvalue', 'observable'] },
  { kind: 'url', names: ['mask', 'url', 'uri', 'fullurl', 'maliciousurl', 'phishingurl'] },
  { kind: 'domain', names: ['domain', 'domainname', 'fqdn', 'maliciousdomain'] },
  {
    kind: 'ip',
    names: [
      'ip',
      'ips',
      'ipaddress',
      'ipaddr',
      'ipv4',
      'ipv6',
      'cidr',
      'netblock',
      'subnet',
    ].concat(['iprange', 'network', 'attackerip', 'maliciousip']),
  },
  { kind: 'ip', names: ['srcip', 'sourceip', 'ipsrc', 'sourceaddress'] },
  { kind: 'ip', names: ['dstip', 'destip', 'destinationip', 'ipdst', 'destinationaddress'] },
  { kind: 'domain', names: ['host', 'hostname'] },
  { kind: 'any', names: ['value', 'indicators', 'iocs'] },
];
/** Hashes count beside any group but the first and the last: they are as exact as it gets. */
const hashes: readonly NameGroup[] = [
  { kind: 'md5', names: ['md5', 'md5hash', 'hashmd5', 'filemd5'] },
  { kind: 'sha1', names: ['sha1', 'sha1hash', 'hashsha1', 'filesha1'] },
  { kind: 'sha256', names: ['sha256', 'sha256hash', 'hashsha256', 'filesha256'] },
  { kind: 'hash', names: ['hash', 'filehash', 'malwarehash', 'samplehash'] },
];
const hashRank = -1;

/** What a usual name says: what the field holds, and how exact it is (0 = most; -1 = a hash). */
export interface UsualField {
  readonly kind: FieldKind;
  readonly rank: number;
}

const byName: ReadonlyMap<string, UsualField> = new Map([
  ...groups.flatMap(({ kind, names }, rank) =>
    names.map((name) => [name, { kind, rank }] as const),
  ),
  ...hashes.flatMap(({ kind, names }) =>
    names.map((name) => [name, { kind, rank: hashRank }] as const),
  ),
]);
const longestName = 32;

/** What is usually held by a field of that name; letter case, `_`, `-`, `.` and blanks are nothing. */
export function usualField(name: string): UsualField | undefined {
  if (name.length > longestName) return undefined;
  return byName.get(name) ?? byName.get(name.toLowerCase().replace(/[-_. ]/g, ''));
}

/** The indicators of a record's first level by the usual names; see `groups`. */
export function usualIndicators(record: FieldTree): RecordIndicators {
  return indicatorsByFields(record, usualRules(record));
}

function usualRules(record: FieldTree): readonly FieldRule[] {
  const ofHashes: FieldRule[] = [];
  let ofBest: FieldRule[] = [];
  let best = groups.length;
  for (const path of Object.keys(record)) {
    const usual = usualField(path);
    if (usual === undefined || !isFilled(record, path)) continue;
    const rule = { path, kind: usual.kind };
    if (usual.rank === hashRank) ofHashes.push(rule);
    else if (usual.rank < best) {
      best = usual.rank;
      ofBest = [rule];
    } else if (usual.rank === best) ofBest.push(rule);
  }
  if (best === 0 || ofHashes.length === 0) return ofBest;
  return best === groups.length - 1 ? ofHashes : [...ofBest, ...ofHashes];
}

function isFilled(record: FieldTree, path: string): boolean {
  return valuesAt(record, path).some((text) => text.trim() !== '');
}
