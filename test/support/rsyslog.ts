import { collectorDaemon } from './collector-daemon.js';
import type { CollectorDaemon, DaemonPlace, DaemonRecipe } from './collector-daemon.js';

export { freePort } from './collector-daemon.js';

/** A real rsyslog daemon that writes every line it receives to a file. */
export interface Rsyslog {
  readonly port: number;
  lines(): readonly string[];
  stop(): Promise<void>;
}

/** Files for TLS, all PEM. */
export interface RsyslogTls {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

export interface RsyslogOptions extends DaemonPlace {
  /** Its input module; imtcp when absent. */
  readonly input?: 'imtcp' | 'imptcp' | 'imudp';
  /** imtcp by TLS (OpenSSL); no certificate is asked of the sender. */
  readonly tls?: RsyslogTls;
}

/**
 * rsyslogd as the event collector. The TAB of LEEF survives only with the escaping of control
 * characters off; the format is the line as received.
 */
export function rsyslogDaemon(options: RsyslogOptions = {}): Promise<CollectorDaemon> {
  const { input = 'imtcp', tls } = options;
  const driver =
    tls === undefined
      ? ''
      : ' StreamDriver.Name="ossl" StreamDriver.Mode="1" StreamDriver.AuthMode="anon"';
  const files =
    tls === undefined
      ? ''
      : ` defaultNetstreamDriver="ossl" defaultNetstreamDriverCAFile="${tls.ca}" defaultNetstreamDriverCertFile="${tls.cert}" defaultNetstreamDriverKeyFile="${tls.key}"`;
  return collectorDaemon(
    ({ address, port }): DaemonRecipe => ({
      name: 'rsyslog',
      protocol: input === 'imudp' ? 'udp' : 'tcp',
      configuration: (directory, received) =>
        // With a second worker, which starts when much waits, it would write messages out of order.
        `main_queue(queue.workerThreads="1")
global(workDirectory="${directory}" maxMessageSize="64k" parser.escapeControlCharactersOnReceive="off"${files})
module(load="${input}"${driver})
template(name="asReceived" type="string" string="%rawmsg%\\n")
ruleset(name="collector") { action(type="omfile" file="${received}" template="asReceived") }
input(type="${input}" address="${address}" port="${port}" ruleset="collector")
`,
      command: (directory, configuration) => [
        ...['rsyslogd', '-n', '-f', configuration, '-i', `${directory}/rsyslog.pid`],
      ],
    }),
    options,
  );
}

/** Starts rsyslogd on the loopback interface. */
export async function startRsyslog(
  protocol: 'tcp' | 'udp' = 'tcp',
  wantedPort?: number,
): Promise<Rsyslog> {
  const daemon = await rsyslogDaemon({
    input: protocol === 'tcp' ? 'imtcp' : 'imudp',
    ...(wantedPort === undefined ? {} : { port: wantedPort }),
  });
  await daemon.start();
  return {
    port: daemon.port,
    lines: daemon.lines,
    async stop() {
      await daemon.end('SIGTERM');
      await daemon.remove();
    },
  };
}
