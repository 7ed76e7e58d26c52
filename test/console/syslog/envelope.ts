import { highLevelCategories } from '../catalogue.js';
import type { KeptEvent } from './kept-event.js';

/**
 * An event as a forwarding destination of the format JSON gets it: the keys and their order are those
 * of the default profile, every value is text, what the event does not have is left out.
 */
export function envelopeOf(event: KeptEvent, properties: ReadonlyMap<string, string>): string {
  const { attributes, categoryId } = event;
  const epoch = event.receivedAtMs;
  const devTime = /^\d{13}$/.test(attributes['devTime'] ?? '')
    ? Number(attributes['devTime'])
    : epoch;
  const port = (name: string): string => attributes[name] ?? '0';
  const iso = (ms: number): string => new Date(ms).toISOString();
  const pairs: readonly (readonly [string, string | number | undefined])[] = [
    ['name', 'DefaultProfile'],
    ['version', '1.0'],
    ['isoTimeFormat', "yyyy-MM-dd'T'HH:mm:ss.SSSZ"],
    ['type', 'Event'],
    ['category', event.eventId === '' ? 'Unknown' : event.eventId],
    ['protocolID', '255'],
    ['sev', event.severity],
    ['src', event.sourceIp],
    ['dst', event.destinationIp],
    ['srcPort', port('srcPort')],
    ['dstPort', port('dstPort')],
    ['usrName', attributes['usrName']],
    ['relevance', '5'],
    ['credibility', event.credibility],
    ['startTimeEpoch', epoch],
    ['startTimeISO', iso(epoch)],
    ['storageTimeEpoch', epoch],
    ['storageTimeISO', iso(epoch)],
    ['deploymentID', '6f0a1c52-0000-11ee-8000-0242ac120002'],
    ['devTimeEpoch', devTime],
    ['devTimeISO', iso(devTime)],
    ['srcPreNATPort', port('srcPreNATPort')],
    ['dstPreNATPort', port('dstPreNATPort')],
    ['srcPostNATPort', port('srcPostNATPort')],
    ['dstPostNATPort', port('dstPostNATPort')],
    ['hasIdentity', 'false'],
    ['payload', `${event.payload}\n`],
    ['eventCnt', event.eventCount],
    ['hasOffense', 'false'],
    ['domainID', '0'],
    ['eventName', event.eventName],
    ['lowLevelCategory', event.categoryName],
    ['highLevelCategory', highLevelCategories.get(Math.floor(categoryId / 1000) * 1000)],
    ['eventDescription', event.eventName],
    ['logSource', event.logSourceName],
    ['srcNetName', 'other'],
    ['dstNetName', 'other'],
    ['logSourceType', event.logSourceTypeName],
    ['logSourceGroup', 'Other'],
    ['logSourceIdentifier', event.identifier],
    ...properties,
  ];
  const there = pairs.filter(([, value]) => value !== undefined);
  return JSON.stringify(Object.fromEntries(there.map(([key, value]) => [key, String(value)])));
}
