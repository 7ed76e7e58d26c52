import { ok, warning, type DoctorCheck } from '../check.js';

/** What is spoken to. */
export const consoleVersion: DoctorCheck = {
  name: 'console-version',
  title: 'Console',
  look({ facts: { address, apiVersion, release } }) {
    if (release === undefined) {
      return warning(
        `${address}, REST API ${apiVersion}; it does not say its release`,
        'let the user role of the token see the system information',
      );
    }
    return ok(`${address}, release ${release}, REST API ${apiVersion}`);
  },
};
