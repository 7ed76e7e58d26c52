import { failed, ok, type DoctorCheck } from '../check.js';
import { keptOf } from '../tally.js';

/** Detections that come back as events: the fault everybody warns of. */
export const loop: DoctorCheck = {
  name: 'loop',
  title: 'Loop',
  async look({ tally, identifier }) {
    const times = keptOf(await tally(), ({ eventName }) => eventName === 'KL_ALERT_LoopDetected');
    if (times === 0) return ok('no message came back to the service in the last 24 h');
    return failed(
      `messages came back to the service: KL_ALERT_LoopDetected ${times} times in the last 24 h`,
      `take "Match All Incoming Events" and the log source ${identifier} out of the routing rule's filter, and deploy`,
    );
  },
};
