import { eventCatalogue, encodeLeef, syslogHeader } from '../../../../../dsm/index.js';
import { sampleContext } from '../../../../../dsm/content/sample-contexts.js';
import { sampleHeaders, sampleValues } from '../../../../../dsm/content/sample-values.js';
import type { LeefHeader } from '../../../../../dsm/index.js';

/** By what anyone who meets a sample in JSA knows it. */
export const sampleUser = 'SampleUser';

export interface SampleOptions {
  /** Host name of the syslog header. */
  readonly identifier: string;
  readonly count: number;
  /** Milliseconds since 1970. */
  readonly nowMs: number;
  /** Whether the service writes `cat`. */
  readonly hasCat?: boolean;
}

const emitted = eventCatalogue.filter(
  ({ origin, type }) => origin === 'emitted' && type === 'Detect',
);

/** Left out of samples: they tell of other times, or of other messages. */
const notInSamples: ReadonlySet<string> = new Set(['eventTime', 'count', 'firstTime', 'lastTime']);

/**
 * Detections as the service sends them, one kind after the other, about hosts and addresses set apart
 * for documentation. All sources differ, so that no two are merged into one.
 */
export function detectionSamples(options: SampleOptions): readonly string[] {
  const { identifier, count, nowMs, hasCat = false } = options;
  return Array.from({ length: count }, (_, number) => {
    const event = emitted[number % emitted.length];
    if (event === undefined) throw new Error('the catalogue has no detections');
    const context = sampleContext(event, number)
      .filter(([key]) => !notInSamples.has(key))
      .map(([key, value]) => [key, key === 'usrName' ? sampleUser : value] as const);
    return line(identifier, nowMs, { ...sampleHeaders.service, eventId: event.id }, [
      ['devTime', String(nowMs)],
      ...(hasCat ? [['cat', event.type] as const] : []),
      ['sev', String(event.severity)],
      ...context,
    ]);
  });
}

/** Test events without a test indicator: a service they are forwarded to finds nothing in them. */
export function testEventSamples({ identifier, count, nowMs }: SampleOptions): readonly string[] {
  return Array.from({ length: count }, (_, number) => {
    const { url, src, dst, md5 } = sampleValues(number);
    const indicators = [['url', url] as const, ['dst', dst] as const, ['md5', md5] as const];
    return line(identifier, nowMs, { ...sampleHeaders.tool, eventId: 'KL_Verification_Test' }, [
      ['devTime', String(nowMs)],
      indicators[number % indicators.length] ?? ['url', url],
      ['src', src],
      ['usrName', sampleUser],
    ]);
  });
}

function line(
  host: string,
  atMs: number,
  header: LeefHeader,
  attributes: readonly (readonly [string, string])[],
): string {
  const syslog = syslogHeader({ facility: 16, severity: 6, host, atMs });
  return syslog + encodeLeef(header, attributes);
}
