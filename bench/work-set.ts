import { envelope, spellings } from './envelope.js';
import type { Spelling } from './envelope.js';
import { families, proxy } from './families/index.js';
import type { Family, Slots } from './families/index.js';
import { indicatorKinds, indicatorOf } from './indicators.js';
import type { Indicator, IndicatorKind } from './indicators.js';
import { byteOf, hashOf, randomNumbers } from './random.js';

export const familyChoices = ['proxy', 'mixed'] as const;
export type FamilyChoice = (typeof familyChoices)[number];

/** What a run works on. The same parameters and seed give the same bytes on every machine. */
export interface WorkSet {
  readonly seed: number;
  /** Distinct events. */
  readonly events: number;
  /** Mean size of an event in bytes without its line end; with `proxy` the size of every event. */
  readonly bytes: number;
  /** Addresses, hashes, hosts and URLs in an event, repeated ones counted; 7 at least. */
  readonly candidates: number;
  readonly indicators: number;
  /** Share of indicators that are URL masks, 0 to 1. */
  readonly maskShare: number;
  /** Share of events that hold one known indicator, 0 to 1. */
  readonly hitRate: number;
  /** Only numbers below this one are hit; all by default. */
  readonly hitIndicators?: number;
  readonly family: FamilyChoice;
}

/** The events in one buffer, and what must be found in them. */
export interface EventSet {
  readonly events: number;
  readonly bytes: Buffer;
  /** Where each event begins; one more for the end of the last. */
  readonly offsets: Float64Array;
  /** For each event 0 or 1 + the place of its indicator's kind in indicatorKinds. */
  readonly hits: Uint8Array;
}

/** Every event names a user of its own; a detection shows it, so that it can be told whose it is. */
export const userPrefix = 'bench';
export const userDigits = 8;

const rawShare = 0.2;
const prefixShare = 0.25;
/** Mean size under which JSA's optional fields are left out, as a forwarding profile may. */
const leanBelow = 720;
const filling =
  ' and the session was kept open by the policy of the gateway and nothing else was seen';

/** Makes the events of a work set, about 6 µs each. */
export function createEvents(set: WorkSet): EventSet {
  const random = randomNumbers(set.seed);
  const offsets = new Float64Array(set.events + 1);
  const hits = new Uint8Array(set.events);
  let bytes: Buffer = Buffer.allocUnsafe(Math.ceil((set.events + 1) * (set.bytes + 16)));
  let end = 0;
  for (let number = 0; number < set.events; number += 1) {
    const indicator =
      random() < set.hitRate
        ? indicatorOf(Math.floor(random() * (set.hitIndicators ?? set.indicators)), set.maskShare)
        : undefined;
    // What was too long so far is made up for by the next ones.
    const line = `${writeEvent(set, random, number, indicator, end - number)}\n`;
    if (end + 3 * line.length > bytes.length) bytes = grown(bytes, 3 * line.length);
    offsets[number] = end;
    end += bytes.write(line, end);
    if (indicator !== undefined) hits[number] = 1 + indicatorKinds.indexOf(indicator.kind);
  }
  offsets[set.events] = end;
  return { events: set.events, bytes: bytes.subarray(0, end), offsets, hits };
}

/** How many of the first `events` events, the set repeated as often as needed, hold an indicator. */
export function expectedHits(set: EventSet, events: number): Record<IndicatorKind, number> {
  const expected = { md5: 0, host: 0, ip: 0, mask: 0 };
  for (let number = 0; number < set.events; number += 1) {
    const kind = indicatorKinds[(set.hits[number] ?? 0) - 1];
    if (kind !== undefined) expected[kind] += timesSent(set, events, number);
  }
  return expected;
}

/** How often event `number` is among the first `events` events of the repeated set. */
export function timesSent(set: EventSet, events: number, number: number): number {
  return Math.floor(events / set.events) + (number < events % set.events ? 1 : 0);
}

function writeEvent(
  set: WorkSet,
  random: () => number,
  number: number,
  indicator: Indicator | undefined,
  bytesBefore: number,
): string {
  const isMixed = set.family === 'mixed';
  const family = isMixed ? (families[Math.floor(random() * families.length)] as Family) : proxy;
  const isRaw = isMixed && family.namesUser && random() < rawShare;
  const named = family.payloadCandidates + (isRaw ? 0 : 2 + (family.propertyCount ?? 0));
  const slots = fillSlots(random, number, indicator, Math.max(0, set.candidates - named), isMixed);
  const size = isMixed
    ? Math.round(set.bytes * (0.5 + random()) + set.bytes * number - bytesBefore)
    : set.bytes;
  const payload = family.payload(slots);
  if (isRaw) return payload + fillerFor(size - payload.length - 6, '\tnote=');
  const spelling: Spelling = isMixed
    ? (spellings[Math.floor(random() * spellings.length)] as Spelling)
    : 'slashes';
  const prefix = isMixed && random() < prefixShare ? '<01>- ep01 ' : '';
  const { url, user, source, destination } = slots;
  const deviceTime = 1752142212001 + number;
  const properties = family.properties?.(slots) ?? {};
  const isLean = set.bytes < leanBelow;
  const [head, tail] = envelope({
    family,
    payload,
    url,
    user,
    source,
    destination,
    deviceTime,
    properties,
    spelling,
    isLean,
  });
  const length = Buffer.byteLength(head) + tail.length + prefix.length;
  return prefix + head + fillerFor(size - length) + tail;
}

function fillSlots(
  random: () => number,
  number: number,
  indicator: Indicator | undefined,
  extraCount: number,
  isMixed: boolean,
): Slots {
  const cleanHost = (): string => `host${Math.floor(random() * 1e6).toString(36)}.ok.example`;
  const host = cleanHost();
  const extras: string[] = [];
  for (let place = 0; place < extraCount; place += 1) {
    extras.push(place % 2 === 0 ? cleanHost() : `198.51.${byteOf(random)}.${byteOf(random)}`);
  }
  const query = isMixed ? '?q=1&lang=en' : '?q=1';
  const slots = {
    user: `${userPrefix}${String(number).padStart(userDigits, '0')}`,
    source: `10.${byteOf(random)}.${byteOf(random)}.${byteOf(random)}`,
    destination: `198.51.${byteOf(random)}.${byteOf(random)}`,
    url: `https://${host}/path/${Math.floor(random() * 1e9).toString(36)}${query}`,
    host: `www.${host}`,
    hash: hashOf(random),
    extras,
  };
  if (indicator === undefined) return slots;
  switch (indicator.kind) {
    case 'md5':
      return { ...slots, hash: indicator.value };
    case 'ip':
      return { ...slots, destination: indicator.value };
    case 'host':
      // In one place only: in a URL and by itself it would be two values.
      return isMixed && random() < 0.5
        ? { ...slots, host: indicator.value }
        : { ...slots, url: `http://${indicator.value}` };
    case 'mask':
      return { ...slots, url: `http://${indicator.value.replace('*', 'x.html')}` };
    default:
      return indicator.kind satisfies never;
  }
}

function fillerFor(length: number, before = ''): string {
  if (length <= 0) return '';
  return before + filling.repeat(Math.ceil(length / filling.length)).slice(0, length);
}

function grown(bytes: Buffer, by: number): Buffer {
  const larger = Buffer.allocUnsafe(Math.ceil(bytes.length * 1.25) + by);
  bytes.copy(larger);
  return larger;
}
