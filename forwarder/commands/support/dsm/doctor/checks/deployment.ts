import { ok, warning, type DoctorCheck } from '../check.js';

/** A log source works first when it was deployed. */
export const deployment: DoctorCheck = {
  name: 'deployment',
  title: 'Deployment',
  async look({ sources }) {
    const all = await sources();
    const waiting = all.filter(({ requires_deploy }) => requires_deploy === true);
    if (waiting.length > 0) {
      return warning(
        `not deployed yet: ${waiting.map(({ name }) => name).join(', ')}`,
        'deploy: Admin, Deploy Changes; or threat-forwarder dsm apply',
      );
    }
    return ok(
      all.length === 0 ? 'no log source of ours waits for it' : 'the log sources are deployed',
    );
  },
};
