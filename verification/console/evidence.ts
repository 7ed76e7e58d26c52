import type { Evidence, PlaceCounts, ServiceEvidence } from './break-evidence.js';
import type { ConsoleRow, RowResult } from './judge-console.js';
import { countMerged, everywhere, type Places, type RunEvents } from './run-events.js';

/** What a service says about itself that helps to find a break: sums since its start. */
export interface ServiceView {
  readonly received: number;
  readonly found: number;
  readonly indicators: number;
  readonly isDelivering: boolean;
  /** Names of the feeds it has loaded. */
  readonly feeds: readonly string[];
}

/** A view of a service, or why there is none. Undefined: it is not to be asked. */
export type AskedService =
  { readonly view: ServiceView } | { readonly silentBecause: string } | undefined;

export interface EvidenceInput {
  readonly identifier: string;
  readonly verificationIdentifier: string;
  readonly collector: string;
  readonly events: number;
  readonly sent: number;
  readonly found: RunEvents;
  readonly rows: readonly ConsoleRow[];
  readonly before: AskedService;
  readonly after: AskedService;
}

/** Counts what was seen. */
export function evidenceOf(input: EvidenceInput): Evidence {
  const { found, rows, before, after, ...facts } = input;
  const results: Partial<Record<RowResult, number>> = {};
  for (const { result } of rows) results[result] = (results[result] ?? 0) + 1;
  return {
    ...facts,
    verification: countsOf(found.verification),
    detections: countsOf(found.detections),
    results,
    service: serviceEvidence(before, after),
  };
}

function countsOf(places: Places): PlaceCounts {
  const all = everywhere(places);
  return {
    own: places.own.length,
    generic: places.generic.length,
    elsewhere: places.elsewhere.length,
    elsewhereNames: [...new Set(places.elsewhere.map(({ logSourceName }) => logSourceName))],
    merged: countMerged(all) - all.length,
  };
}

function serviceEvidence(before: AskedService, after: AskedService): ServiceEvidence {
  if (after === undefined) return { kind: 'not asked' };
  if ('silentBecause' in after) return { kind: 'silent', why: after.silentBecause };
  const { view } = after;
  // One that was started in between counts from zero.
  const start = before !== undefined && 'view' in before ? before.view : undefined;
  const isSame = start !== undefined && start.received <= view.received;
  return {
    kind: 'answers',
    received: view.received - (isSame ? start.received : 0),
    found: view.found - (isSame ? start.found : 0),
    indicators: view.indicators,
    isDelivering: view.isDelivering,
  };
}
