import { collectorDaemon } from './collector-daemon.js';
import type { CollectorDaemon, DaemonPlace, DaemonRecipe } from './collector-daemon.js';

/** syslog-ng as the event collector, with flow control from its socket to its file. */
export function syslogNgDaemon(place: DaemonPlace = {}): Promise<CollectorDaemon> {
  return collectorDaemon(
    ({ address, port }): DaemonRecipe => ({
      name: 'syslog-ng',
      protocol: 'tcp',
      configuration: (_directory, received) => `@version: 3.35
options { keep-hostname(yes); stats-freq(0); flush-lines(100); };
source received { network(ip("${address}") port(${port}) transport("tcp") flags(no-parse) log-msg-size(65536) log-iw-size(10000)); };
destination written { file("${received}" template("$MESSAGE\\n")); };
log { source(received); destination(written); flags(flow-control); };
`,
      command: (directory, configuration) => [
        ...['syslog-ng', '--foreground', '--no-caps', '--cfgfile', configuration],
        ...['--persist-file', `${directory}/persist`, '--control', `${directory}/control`],
        ...['--pidfile', `${directory}/pid`],
      ],
    }),
    place,
  );
}
