import { ok, warning, type DoctorCheck } from '../check.js';

/** Notifications that mean lost or late events: licence, pipeline, routing. */
const telling =
  /licen[cs]e|drop|throttl|pipeline|event rate|queue|full capacity|forward|rout(?:e|ing)/i;

/** What the console says about itself. */
export const notifications: DoctorCheck = {
  name: 'notifications',
  title: 'Notifications of JSA',
  async look(context) {
    const found = (await context.notifications()).filter(({ eventName }) =>
      telling.test(eventName),
    );
    if (found.length === 0) return ok('none of the last 24 h tells of lost or late events');
    return found.flatMap(({ eventName, kept }) =>
      warning(
        `${eventName} (${kept} times in 24 h)`,
        'events may be lost or late: look at the licence (events per second) and the system notifications',
      ),
    );
  },
};
