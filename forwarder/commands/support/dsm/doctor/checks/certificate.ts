import { failed, ok, warning, type DoctorCheck } from '../check.js';

const dayMs = 86_400_000;
const soonDays = 30;

/** The console's certificate: once it has run out, nothing here can be asked any more. */
export const certificate: DoctorCheck = {
  name: 'certificate',
  title: 'Console certificate',
  look({ facts, nowMs }) {
    const endMs = Date.parse(facts.certificate?.validTo ?? '');
    if (Number.isNaN(endMs)) {
      return warning('it does not say how long it is valid', 'look at it with a browser');
    }
    const until = new Date(endMs).toISOString().slice(0, 10);
    const days = Math.floor((endMs - nowMs) / dayMs);
    const renew = 'renew it on the console, and set console.tls here where it is named';
    if (days < 0) return failed(`it ran out on ${until}`, renew);
    if (days < soonDays) return warning(`it runs out on ${until}, in ${days} days`, renew);
    return ok(`valid until ${until}`);
  },
};
