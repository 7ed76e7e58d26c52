import { collectorDaemon } from './collector-daemon.js';
import type { CollectorDaemon, DaemonRecipe } from './collector-daemon.js';

/** How the misconfigured routing rule sends on what the collector got. */
export type LoopForm =
  /** As JSA's Event Format "Payload" does: as received. */
  | 'payload'
  /** As its Event Format "JSON" does, with the log source that JSA has made for us. */
  | 'json'
  /** By a relay that puts itself in the place of our host, and a text before the message. */
  | 'renamed';

const templates: Readonly<Record<LoopForm, string>> = {
  payload: 'template(name="sentOn" type="string" string="%rawmsg%\\n")',
  json: `template(name="sentOn" type="list") {
  constant(value="<01>- hostname {\\"name\\":\\"DefaultProfile\\",\\"version\\":\\"1.0\\",\\"type\\":\\"Event\\",\\"logSource\\":\\"Kaspersky CyberTrace @ KL_Threat_Feed_Service_V2\\",\\"logSourceType\\":\\"Kaspersky CyberTrace\\",\\"logSourceIdentifier\\":\\"KL_Threat_Feed_Service_V2\\",\\"eventCnt\\":\\"1\\",\\"payload\\":\\"")
  property(name="rawmsg" format="json")
  constant(value="\\"}\\n")
}`,
  renamed:
    'template(name="sentOn" type="string" string="<13>%TIMESTAMP% relay1 forwarded event (%fromhost-ip%): %msg%\\n")',
};

/**
 * rsyslogd as JSA with a routing rule that is too wide: it writes what it receives to a file, and
 * sends it on to `port` of this machine.
 */
export function loopingRsyslog(form: LoopForm, sendsTo: number): Promise<CollectorDaemon> {
  return collectorDaemon(({ address, port }): DaemonRecipe => ({
    name: 'looping-rsyslog',
    protocol: 'tcp',
    configuration: (directory, received) =>
      `global(workDirectory="${directory}" maxMessageSize="64k" parser.escapeControlCharactersOnReceive="off")
module(load="imtcp")
template(name="asReceived" type="string" string="%rawmsg%\\n")
${templates[form]}
ruleset(name="collector") {
  action(type="omfile" file="${received}" template="asReceived")
  action(type="omfwd" target="127.0.0.1" port="${sendsTo}" protocol="tcp" template="sentOn" action.resumeRetryCount="-1" action.resumeInterval="1" queue.type="LinkedList" queue.size="100000")
}
input(type="imtcp" address="${address}" port="${port}" ruleset="collector")
`,
    command: (directory, configuration) => [
      ...['rsyslogd', '-n', '-f', configuration, '-i', `${directory}/rsyslog.pid`],
    ],
  }));
}
