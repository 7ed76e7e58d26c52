import { ok, warning, type DoctorCheck } from '../check.js';

/** What coalescing has taken already. */
export const mergedEvents: DoctorCheck = {
  name: 'merged-events',
  title: 'Merged events',
  async look({ tally }) {
    const lost = (await tally()).reduce((sum, { kept, received }) => sum + received - kept, 0);
    if (lost === 0) return ok('no event of the last 24 h was merged into another');
    return warning(
      `${lost} events of the last 24 h were merged into others: their texts are lost`,
      'turn coalescing off (threat-forwarder dsm apply), and deploy',
    );
  },
};
