import { describe } from '@jest/globals';

import { hasTool } from '../../support/tools.js';
import { whyNoNetworks } from './network.js';

/** What a suite of faults needs of the machine. */
export type Need = 'rsyslogd' | 'syslog-ng' | 'openssl' | 'networks' | 'root' | 'nft' | 'prlimit';

/**
 * A suite that needs programs or rights. Where one is missing the suite is skipped and says why; with
 * TF_FORBID_SKIP=1 (continuous integration) it runs, and fails for want of it.
 */
export function describeWith(needs: readonly Need[], name: string, body: () => void): void {
  const missing = needs.map(whyMissing).filter((reason) => reason !== undefined);
  if (missing.length === 0 || process.env['TF_FORBID_SKIP'] === '1') describe(name, body);
  else describe.skip(`${name} (skipped: ${missing.join(', ')})`, body);
}

function whyMissing(need: Need): string | undefined {
  switch (need) {
    case 'networks':
      return whyNoNetworks();
    case 'root':
      return process.getuid?.() === 0 ? undefined : 'only root can do that';
    case 'rsyslogd':
    case 'syslog-ng':
    case 'openssl':
    case 'nft':
    case 'prlimit':
      return hasTool(need) ? undefined : `${need} is not installed`;
    default:
      return need satisfies never;
  }
}
