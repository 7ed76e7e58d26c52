import type { KeptEvent } from '../syslog/kept-event.js';

export type Value = string | number | null;

/** The fields of an event that AQL knows without set-up. */
export const columns: Readonly<Record<string, (event: KeptEvent) => Value>> = {
  starttime: (event) => event.receivedAtMs,
  endtime: (event) => event.receivedAtMs,
  devicetime: (event) => numeric(event.attributes['devTime']) ?? event.receivedAtMs,
  qid: (event) => event.qid,
  category: (event) => event.categoryId,
  severity: (event) => event.severity,
  credibility: (event) => event.credibility,
  relevance: () => 5,
  magnitude: (event) => event.severity,
  sourceip: (event) => event.sourceIp,
  destinationip: (event) => event.destinationIp,
  sourceport: (event) => numeric(event.attributes['srcPort']) ?? 0,
  destinationport: (event) => numeric(event.attributes['dstPort']) ?? 0,
  username: (event) => event.attributes['usrName'] ?? null,
  protocolid: () => 255,
  logsourceid: (event) => event.logSourceId,
  devicetype: (event) => event.typeId,
  eventcount: (event) => event.eventCount,
  // Bytes: without UTF8() they come back encoded.
  payload: (event) => Buffer.from(event.payload).toString('base64'),
};

function numeric(text: string | undefined): number | undefined {
  return text === undefined || !/^\d{1,15}$/.test(text) ? undefined : Number(text);
}
