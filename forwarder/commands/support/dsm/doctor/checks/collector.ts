import { syslogTargetText } from '../../../../../../verification/console/index.js';
import { failed, ok, warning, type DoctorCheck } from '../check.js';

/** Whether messages can get to JSA at all. */
export const collector: DoctorCheck = {
  name: 'collector',
  title: 'Event collector',
  async look({ collector: target, reach }) {
    if (target === undefined) {
      return warning(
        'nothing says where it is: messages go to standard output',
        'set delivery.collectors, for example [ "tcp://192.0.2.10:514" ]',
      );
    }
    const address = syslogTargetText(target);
    if (target.scheme === 'udp') {
      return warning(
        `${address}: UDP gives no answer, so nobody can tell whether it is there`,
        'use tcp:// or tls://; over UDP long messages are cut too',
      );
    }
    try {
      await reach(target);
      return ok(`${address} takes connections`);
    } catch (error) {
      return failed(
        `${address}: ${error instanceof Error ? error.message : String(error)}`,
        'check the address, the port (514, TLS 6514) and the firewall between',
      );
    }
  },
};
