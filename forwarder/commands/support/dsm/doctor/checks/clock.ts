import { ok, warning, type DoctorCheck } from '../check.js';

const mostMs = 60_000;

/** Events from the past or the future are not found where one looks for them. */
export const clock: DoctorCheck = {
  name: 'clock',
  title: 'Clock',
  look({ facts: { clockOffsetMs } }) {
    if (clockOffsetMs === undefined) {
      return warning('the console does not say what time it has', 'compare the clocks by hand');
    }
    const seconds = Math.round(Math.abs(clockOffsetMs) / 1000);
    if (Math.abs(clockOffsetMs) <= mostMs) return ok(`within ${Math.max(1, seconds)} s of JSA's`);
    return warning(
      `JSA's clock is ${seconds} s ${clockOffsetMs > 0 ? 'ahead of' : 'behind'} this one`,
      'set both by NTP: detections carry the time of this machine',
    );
  },
};
