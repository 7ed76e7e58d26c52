import { syslogHeader } from '../dsm/syslog/header.js';
import type { VerificationEvent } from './events.js';

/** The format of the forwarding destination: JSA's JSON object, or the event as its source sent it. */
export type ForwardingFormat = 'json' | 'payload';

/**
 * The address that stands for "this run" in the event files. Every run puts its own in place of
 * it, so that what an earlier run left behind (a spool, a slow collector) is not taken for a result.
 */
export const placeholderAddress = '192.0.2.50';

/** What marks the events of one run. */
export interface RunMark {
  /** A UUID: `deploymentID` of the envelope and `vid` of the payload, to search for in JSA. */
  readonly runId: string;
  /** Takes the place of 192.0.2.50; comes back as `src` of the detections. */
  readonly sourceAddress: string;
}

/** An event as the verification tool would send it to JSA now: a syslog line without its LF. */
export function payloadOf(event: VerificationEvent, mark: RunMark, atMs: number): string {
  const attributes = markedAttributes(event, mark).map(([key, value]) => `${key}=${value}`);
  // JSA's guide shows such events without a priority.
  const header = syslogHeader({ facility: 16, severity: 6, host: event.host, atMs });
  return `${header.replace(/^<\d+>/, '')}${event.header}${attributes.join('\t')}`;
}

/** The event's attributes with the run's own address, and its id as `vid`. */
export function markedAttributes(
  event: VerificationEvent,
  mark: RunMark,
): readonly (readonly [string, string])[] {
  const marked = event.attributes.map(
    ([key, value]) =>
      [key, key === 'src' && value === placeholderAddress ? mark.sourceAddress : value] as const,
  );
  return [...marked, ['vid', mark.runId] as const];
}

/** What JSA knows of an event beside its text. */
export interface EnvelopeDetails {
  /** The log source, also its identifier: the host name of the event's syslog header. */
  readonly logSource: string;
  /** When JSA received the event, milliseconds since 1970. */
  readonly atMs: number;
  /** The device's event id; `Unknown` when JSA could not parse it. */
  readonly eventId?: string;
  /** Addresses JSA parsed out of the event. Default: the log source's, here 127.0.0.1. */
  readonly src?: string;
  /** Default: the same as `src`, as JSA does it. */
  readonly dst?: string;
  /** The deployment's UUID. */
  readonly deploymentId?: string;
}

/**
 * The JSON object JSA's default profile makes of an event, without a line end: keys in JSA's
 * order, all values text. `payload` is the event as its source sent it, without its LF (JSA keeps
 * the LF, so it is put back).
 */
export function wrapInEnvelope(payload: string, details: EnvelopeDetails): string {
  const { logSource, atMs } = details;
  const src = details.src ?? '127.0.0.1';
  const deviceMs = atMs - (atMs % 1000);
  return JSON.stringify({
    name: 'DefaultProfile',
    version: '1.0',
    isoTimeFormat: "yyyy-MM-dd'T'HH:mm:ss.SSSZ",
    type: 'Event',
    category: details.eventId ?? 'Unknown',
    protocolID: '255',
    sev: '1',
    src,
    dst: details.dst ?? src,
    srcPort: '0',
    dstPort: '0',
    relevance: '5',
    credibility: '5',
    startTimeEpoch: String(atMs),
    startTimeISO: new Date(atMs).toISOString(),
    storageTimeEpoch: String(atMs),
    storageTimeISO: new Date(atMs).toISOString(),
    deploymentID: details.deploymentId ?? '00000000-0000-0000-0000-000000000000',
    devTimeEpoch: String(deviceMs),
    devTimeISO: new Date(deviceMs).toISOString(),
    srcPreNATPort: '0',
    dstPreNATPort: '0',
    srcPostNATPort: '0',
    dstPostNATPort: '0',
    hasIdentity: 'false',
    payload: `${payload}\n`,
    eventCnt: '1',
    hasOffense: 'false',
    domainID: '0',
    eventName: 'Unknown',
    lowLevelCategory: 'Unknown',
    highLevelCategory: 'Unknown',
    logSource,
    srcNetName: 'other',
    dstNetName: 'other',
    logSourceType: payload.includes('LEEF:') ? 'Universal LEEF' : 'Universal DSM',
    logSourceGroup: 'Other',
    logSourceIdentifier: logSource,
  });
}

/**
 * A verification event in JSA's envelope. The addresses come out of the payload; the user stays
 * in the payload only.
 */
export function envelopeOf(event: VerificationEvent, mark: RunMark, atMs: number): string {
  const values = new Map(markedAttributes(event, mark));
  const dst = values.get('dst');
  return wrapInEnvelope(payloadOf(event, mark, atMs), {
    logSource: event.host,
    atMs,
    eventId: event.eventId,
    src: values.get('src') ?? mark.sourceAddress,
    ...(dst === undefined ? {} : { dst }),
    deploymentId: mark.runId,
  });
}

/**
 * One forwarded event as it goes over the wire, LF included. In JSON every second event (by
 * `number`, from 1) carries the prefix that some event processors write before the object.
 */
export function forwardedLine(
  event: VerificationEvent,
  mark: RunMark,
  format: ForwardingFormat,
  number: number,
  atMs: number,
): string {
  switch (format) {
    case 'json':
      return `${number % 2 === 0 ? '<01>- hostname ' : ''}${envelopeOf(event, mark, atMs)}\n`;
    case 'payload':
      return `${payloadOf(event, mark, atMs)}\n`;
    default:
      return format satisfies never;
  }
}
