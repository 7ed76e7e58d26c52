/**
 * Starts the console of the tests by hand, to try `threat-forwarder dsm` and `verify` on.
 *
 *     npm run test-console -- [--port N] [--syslog-port N] [--forward HOST:PORT]
 *         [--vendor-type] [--own-extension]
 *
 * It stands in for a console of JSA: written from the published description, it proves nothing about
 * a real one. It prints where it is, its token and its authority's file, and ends with Ctrl+C.
 */
import { parseArgs } from 'node:util';

import { startTestConsole } from '../test/console/start-test-console.js';

const help = `Usage: npm run test-console -- [options]

  --port N          port of the REST API; default: a free one
  --syslog-port N   port for syslog, TCP and UDP; default: a free one
  --forward H:P     forwards the test events there, to intake.jsa.listen of a service, as a
                    forwarding destination and a routing rule of JSA would; default: it does not
  --vendor-type     it has the log source type Kaspersky CyberTrace
  --own-extension   it has the log source extension of the content extension
  --help
`;

const maxPort = 65_535;

async function main(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      port: { type: 'string', default: '0' },
      'syslog-port': { type: 'string', default: '0' },
      forward: { type: 'string' },
      'vendor-type': { type: 'boolean', default: false },
      'own-extension': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(help);
    return;
  }
  const service = values.forward === undefined ? undefined : serviceOf(values.forward);
  const console = await startTestConsole({
    port: portOf(values.port),
    syslogPort: portOf(values['syslog-port']),
    hasVendorType: values['vendor-type'],
    hasOwnExtension: values['own-extension'],
  });
  if (service !== undefined) {
    console.forward({ ...service, format: 'json', identifiers: ['KL_Verification_Tool'] });
  }
  const { host, port } = console.syslog;
  process.stdout.write(
    [
      'A console for trying things out: a test double, no JSA.',
      '',
      `  address      ${console.url}`,
      `  token        ${console.token}`,
      `  authority    ${console.caFile}`,
      `  fingerprint  ${console.fingerprint}`,
      `  syslog       ${host}:${port} (TCP and UDP)`,
      '',
      'It ends, and forgets everything, with Ctrl+C.',
      '',
    ].join('\n'),
  );
  const end = (): void => {
    void console.close();
  };
  process.once('SIGINT', end).once('SIGTERM', end);
}

function serviceOf(text: string): { readonly host: string; readonly port: number } {
  const [, host, port] = /^(.+):(\d+)$/.exec(text) ?? [];
  if (host === undefined || port === undefined) throw new Error(`"${text}" is no HOST:PORT`);
  return { host: host.replace(/^\[|\]$/g, ''), port: portOf(port) };
}

function portOf(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isNaN(port) || port > maxPort) throw new Error(`"${text}" is no port`);
  return port;
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${help}`);
  process.exitCode = 2;
}
