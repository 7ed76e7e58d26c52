import { failed, ok, type DoctorCheck } from '../check.js';

/** With coalescing on, all detections of one host become one, and the texts of the others are lost. */
export const coalescing: DoctorCheck = {
  name: 'coalescing',
  title: 'Coalescing',
  async look({ sources }) {
    const all = await sources();
    const merging = all.filter(({ coalesce_events }) => coalesce_events);
    if (merging.length > 0) {
      return failed(
        `on for ${merging.map(({ name }) => name).join(', ')}: only the first of events that look alike is kept`,
        'turn it off: threat-forwarder dsm apply, or the log source, Coalescing Events',
      );
    }
    return ok(all.length === 0 ? 'no log source of ours to look at' : 'off');
  },
};
