import { ok, warning, type DoctorCheck, type Finding } from '../check.js';
import { keptOf, type EventTally } from '../tally.js';

/** What JSA could not read (Stored) or not name (Unknown) in the last 24 hours. */
export const parsedEvents: DoctorCheck = {
  name: 'parsed-events',
  title: 'Events of 24 h',
  async look({ tally }) {
    const entries = await tally();
    const all = keptOf(entries, () => true);
    if (all === 0) {
      return warning(
        'none of the service',
        'where there should be some: threat-forwarder dsm verify finds out where they end',
      );
    }
    const stored = keptOf(entries, (entry) => is(entry, 'Stored'));
    const unknown = keptOf(entries, (entry) => !is(entry, 'Stored') && is(entry, 'Unknown'));
    const findings: readonly Finding[] = [
      ...(stored > 0
        ? warning(
            `${stored} of ${all} were not read (Stored)`,
            'the log source type must read LEEF; a changed template may have broken it: threat-forwarder check',
          )
        : []),
      ...(unknown > 0
        ? warning(
            `${unknown} of ${all} have no name (Unknown)`,
            'map them: threat-forwarder dsm apply; those of before stay as they are',
          )
        : []),
    ];
    return findings.length > 0 ? findings : ok(`${all}, all of them named`);
  },
};

function is({ eventName, categoryName }: EventTally, word: string): boolean {
  const pattern = new RegExp(`^${word}\\b`, 'i');
  return pattern.test(categoryName) || pattern.test(eventName);
}
