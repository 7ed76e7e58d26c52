import { eventTypes } from '../events/event-description.js';
import type { EventDescription } from '../events/event-description.js';
import { encodeLeef } from '../leef/encode.js';
import type { LeefHeader } from '../leef/encode.js';
import { syslogHeader } from '../syslog/header.js';
import { sampleContext } from './sample-contexts.js';
import type { Attribute } from './sample-contexts.js';
import { sampleHeaders, sampleValues } from './sample-values.js';
import type { BundleFile, BundleSettings } from './settings.js';

/**
 * So many events of each type, and of the test events, at least: JSA recognises a log source after about
 * 25 (IBM, "LEEF overview").
 */
export const samplesOfEach = 30;

/**
 * Lines as both log sources send them, every event that the service can send among them: what
 * `threat-forwarder send` or `logger` sends, so that JSA recognises both. Without `cat`, as the service
 * writes by default.
 */
export function sampleEventsFile(settings: BundleSettings): BundleFile {
  const emitted = settings.events.filter(({ origin }) => origin === 'emitted');
  const events = eventTypes.flatMap((type) =>
    atLeast(
      samplesOfEach,
      emitted.filter((event) => event.type === type),
    ),
  );
  const lines = [
    ...events.map((event, index) => serviceLine(event, index, settings.identifier)),
    ...Array.from({ length: samplesOfEach }, (_, index) =>
      testLine(events.length + index, settings.verificationIdentifier),
    ),
  ];
  return { path: 'sample-events.log', content: lines.map((line) => `${line}\n`).join('') };
}

/** The whole list as often as needed: no event comes more than once more often than another. */
function atLeast<Value>(count: number, values: readonly Value[]): readonly Value[] {
  if (values.length === 0) return [];
  return Array.from({ length: Math.ceil(count / values.length) }, () => values).flat();
}

function serviceLine(event: EventDescription, number: number, host: string): string {
  const { atMs, messageId } = sampleValues(number);
  return line(host, atMs, { ...sampleHeaders.service, eventId: event.id }, [
    ['devTime', String(atMs)],
    ['sev', String(event.severity)],
    ['msgId', messageId],
    ...sampleContext(event, number),
  ]);
}

function testLine(number: number, host: string): string {
  const { atMs, url, src } = sampleValues(number);
  return line(host, atMs, { ...sampleHeaders.tool, eventId: 'KL_Verification_Test' }, [
    ['devTime', String(atMs)],
    ['url', url],
    ['src', src],
    ['usrName', 'VerificationTestUserName'],
  ]);
}

function line(
  host: string,
  atMs: number,
  header: LeefHeader,
  attributes: readonly Attribute[],
): string {
  // Facility 16 (local0), severity 6 (informational): <134>, as the service writes.
  const syslog = syslogHeader({ facility: 16, severity: 6, host, atMs, timeZone: 'utc' });
  return syslog + encodeLeef(header, attributes);
}
