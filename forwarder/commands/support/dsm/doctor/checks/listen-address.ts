import { isIP } from 'node:net';

import { parseListen } from '../../../../../config/index.js';
import { ok, warning, type DoctorCheck } from '../check.js';

/** JSA on another machine cannot forward to an address that only this machine has. */
export const listenAddress: DoctorCheck = {
  name: 'listen-address',
  title: 'Listening',
  look({ config, collector, facts }) {
    const { jsa } = config.intake;
    if (jsa === false) {
      return warning('the service takes no events of JSA', 'set intake.jsa.listen');
    }
    const { listen } = jsa;
    const { host } = parseListen(listen);
    const asked = URL.canParse(facts.address) ? new URL(facts.address).hostname : '';
    const others = [collector?.host ?? '', asked].filter((name) => name !== '');
    if (isLoopback(host) && !others.every(isLoopback)) {
      return warning(
        `${listen} takes events of this machine alone, and JSA is another one`,
        'set intake.jsa.listen to an address that JSA can reach, for example 0.0.0.0:9995',
      );
    }
    return ok(`for events of JSA on ${listen}`);
  },
};

function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, '').toLowerCase();
  if (bare === 'localhost' || bare === '::1') return true;
  return isIP(bare) === 4 && bare.startsWith('127.');
}
