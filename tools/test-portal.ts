/**
 * Starts the portal of the tests by hand, to try `threat-forwarder lookup` on.
 *
 *     npm run test-portal -- [--open-tip] [--port N] [--quota N] [--delay MS]
 *
 * It stands in for the Threat Intelligence Portal, or OpenTIP: written from the published pages, it
 * proves nothing about a real one. It prints where it is, its files and credentials, and ends with Ctrl+C.
 */
import { parseArgs } from 'node:util';

import { unknownValues } from '../test/portal/replies/index.js';
import { startTestPortal } from '../test/portal/start-test-portal.js';
import type { TestPortal } from '../test/portal/test-portal.js';

const help = `Usage: npm run test-portal -- [options]

  --open-tip      it is OpenTIP
  --port N        port; default: a free one
  --quota N       requests a day; default: 100000
  --delay MS      how long each answer takes; default: 0
  --demand WHAT   without a client certificate: 401 (default), tls (no handshake), none (not needed)
  --help
`;

const maxPort = 65_535;
const maxNumber = 1_000_000_000;
const demands = ['tls', '401', 'none'] as const;

async function main(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      'open-tip': { type: 'boolean', default: false },
      port: { type: 'string', default: '0' },
      quota: { type: 'string', default: '100000' },
      delay: { type: 'string', default: '0' },
      demand: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(help);
    return;
  }
  const demandsCertificate = demands.find((demand) => demand === values.demand);
  if (values.demand !== undefined && demandsCertificate === undefined) {
    throw new Error(`--demand: "${values.demand}" is none of ${demands.join(', ')}`);
  }
  const openTip = values['open-tip'];
  const portal = await startTestPortal({
    openTip,
    port: numberOf('port', values.port, maxPort),
    quota: numberOf('quota', values.quota, maxNumber),
    delayMs: numberOf('delay', values.delay, maxNumber),
    ...(demandsCertificate === undefined ? {} : { demandsCertificate }),
  });
  process.stdout.write(`${described(portal, openTip).join('\n')}\n`);
  const end = (): void => {
    void portal.close();
  };
  process.once('SIGINT', end).once('SIGTERM', end);
}

function described(portal: TestPortal, isOpenTip: boolean): readonly string[] {
  const { credentials, clientCert } = portal;
  return [
    'A portal for trying things out: a test double. What it says about a value is made up.',
    '',
    `  portal       ${isOpenTip ? 'opentip' : 'tip'}`,
    `  address      ${portal.url}`,
    `  authority    ${portal.caFile}`,
    `  token        ${credentials.token}`,
    ...(isOpenTip
      ? []
      : [
          `  user name    ${credentials.username}`,
          `  password     ${credentials.password}`,
          `  certificate  ${clientCert.pemFile}`,
          `               ${clientCert.encryptedPemFile} (pass-phrase: ${clientCert.passphrase})`,
          `               ${clientCert.p12File} (pass-phrase: ${clientCert.passphrase})`,
          `  wrong one    ${portal.wrongClientCert.pemFile}`,
        ]),
    `  no data on   ${Object.values(unknownValues).join(' ')}`,
    '',
    'It ends, and forgets everything, with Ctrl+C.',
  ];
}

function numberOf(option: string, text: string, most: number): number {
  const number = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isNaN(number) || number > most) {
    throw new Error(`--${option}: "${text}" is no number from 0 to ${most}`);
  }
  return number;
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${help}`);
  process.exitCode = 2;
}
