import { consoleEventOf } from '../../../verification/console/index.js';
import type { ReadConsoleEvent } from '../../../verification/console/index.js';

export const mark = { runId: 'b2c1a1de-0000-4000-8000-000000000001', sourceAddress: '198.18.7.9' };

interface Told {
  readonly host?: string;
  readonly product?: string;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly eventName?: string;
  readonly category?: string;
  readonly logSource?: string;
  readonly type?: string;
  readonly severity?: number;
  readonly count?: number;
}

/** A row of a search as the console answers it, for an event of ours. */
export function rowOf(id: string, told: Told = {}): Readonly<Record<string, unknown>> {
  const { host = 'KL_Threat_Feed_Service_V2', product = 'Threat Feed Service' } = told;
  const pairs = Object.entries({ ...told.attributes }).map(([key, value]) => `${key}=${value}`);
  return {
    event_name: told.eventName ?? id,
    category_name: told.category ?? 'Blacklist Address',
    log_source_name: told.logSource ?? host,
    log_source_type_name: told.type ?? 'Universal LEEF',
    event_severity: told.severity ?? 8,
    event_count: told.count ?? 1,
    payload_text: `<134>Jul  1 10:10:14 ${host} LEEF:1.0|Kaspersky Lab|${product}|2.0|${id}|${pairs.join('\t')}\n`,
  };
}

/** A detection of the run. */
export function detectionRow(
  id: string,
  indicator: string,
  told: Told = {},
): Readonly<Record<string, unknown>> {
  const attributes = { src: mark.sourceAddress, matchedIndicator: indicator, ...told.attributes };
  return rowOf(id, { ...told, attributes });
}

/** A test event of the run. */
export function testRow(indicator: string, told: Told = {}): Readonly<Record<string, unknown>> {
  return rowOf('KL_Verification_Test', {
    host: 'KL_Verification_Tool',
    product: 'Verification Tool',
    eventName: 'Unknown',
    category: 'Unknown',
    ...told,
    attributes: { url: indicator, src: mark.sourceAddress, vid: mark.runId, ...told.attributes },
  });
}

export function read(row: Readonly<Record<string, unknown>>): ReadConsoleEvent {
  return consoleEventOf(row);
}
