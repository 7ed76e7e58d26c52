import { createHash } from 'node:crypto';

import { type LookupKind, type Zone, zones } from '../../../forwarder/lookup/lookup-object.js';

/** In the order the zone of a value is counted by. */
const zonesByNumber = [
  'Green',
  'Grey',
  'Yellow',
  'Orange',
  'Red',
] as const satisfies readonly Zone[];

/** As the portal compares: hashes and names whatever their letter case, URLs as they are. */
export function comparable(kind: LookupKind, value: string): string {
  switch (kind) {
    case 'hash':
      return value.toUpperCase();
    case 'ip':
    case 'domain':
      return value.toLowerCase();
    case 'url':
      return value;
    default:
      return kind satisfies never;
  }
}

/**
 * Zone of a value: its SHA-1 modulo 5 of Green, Grey, Yellow, Orange, Red. Hashes are never Orange
 * (help of the portal, "Zones"): those are Yellow.
 */
export function zoneOf(kind: LookupKind, value: string): Zone {
  const sha1 = createHash('sha1').update(comparable(kind, value)).digest('hex');
  const zone = zonesByNumber[Number(BigInt(`0x${sha1}`) % BigInt(zonesByNumber.length))] ?? 'Grey';
  return kind === 'hash' && zone === 'Orange' ? 'Yellow' : zone;
}

/** Everything in a reply that looks accidental comes from here: the same value, the same reply. */
export class Seed {
  readonly kind: LookupKind;
  readonly value: string;
  readonly zone: Zone;

  constructor(kind: LookupKind, value: string) {
    this.kind = kind;
    this.value = value;
    this.zone = zoneOf(kind, value);
  }

  /** Hex digits in capitals. */
  hex(label: string, length: number): string {
    const text = `${label}\n${comparable(this.kind, this.value)}`;
    return createHash('sha256').update(text).digest('hex').slice(0, length).toUpperCase();
  }

  /** A whole number from 0 to below. */
  number(label: string, below: number): number {
    return Number.parseInt(this.hex(label, 8), 16) % below;
  }

  /** UTC, to the minute: `2016-01-01T00:00Z`. */
  time(label: string): string {
    const two = (part: string, below: number, first = 0): string =>
      String(this.number(`${label} ${part}`, below) + first).padStart(2, '0');
    const day = `${2010 + this.number(label, 15)}-${two('month', 12, 1)}-${two('day', 28, 1)}`;
    return `${day}T${two('hour', 24)}:${two('minute', 60)}Z`;
  }

  /**
   * Rows of a list: one of each zone, one that repeats the first, one without a zone. One list of eight
   * is empty.
   */
  rows<Row extends object>(
    name: string,
    make: (index: number) => Row,
  ): readonly (Row & { readonly Zone: Zone | null })[] {
    if (this.number(`${name} is empty`, 8) === 0) return [];
    const all = zones.map((Zone, index) => ({ ...make(index), Zone }));
    return [...all, ...all.slice(0, 1), { ...make(all.length), Zone: null }];
  }

  /** When something in a list was first and last seen. */
  seen(label: string): { readonly FirstSeen: string; readonly LastSeen: string } {
    const [FirstSeen = '', LastSeen = ''] = [
      this.time(`${label} first`),
      this.time(`${label} last`),
    ].sort();
    return { FirstSeen, LastSeen };
  }
}
