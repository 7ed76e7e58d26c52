import { logSourceTypeNames } from '../../../../../../dsm/identity.js';
import { ok, warning, type DoctorCheck, type Finding } from '../check.js';
import { ofIdentifier } from '../console-sources.js';

/** JSA cuts longer lines unless its own limit (Max TCP Syslog Payload Length) was raised. */
const usualPayloadBytes = 4096;

/** Settings of our messages that JSA stumbles over. */
export const messageSettings: DoctorCheck = {
  name: 'message-settings',
  title: 'Messages',
  async look({ config, identifier, sources }) {
    const { cat, maxMessageBytes } = config.leef;
    const [source] = cat ? ofIdentifier(await sources(), identifier) : [];
    const findings: readonly Finding[] = [
      ...(source?.typeName === logSourceTypeNames.vendor
        ? warning(
            `leef.cat is on and the log source has the type ${logSourceTypeNames.vendor}: the vendor's mappings may know our events only without it`,
            'set leef.cat to false, or see with threat-forwarder dsm verify that nothing is Unknown',
          )
        : []),
      ...(maxMessageBytes > usualPayloadBytes
        ? warning(
            `leef.maxMessageBytes is ${maxMessageBytes}: JSA cuts messages above ${usualPayloadBytes} bytes unless its limit was raised`,
            `set it to at most ${usualPayloadBytes}, or raise Max TCP Syslog Payload Length in JSA`,
          )
        : []),
    ];
    return findings.length > 0
      ? findings
      : ok(`at most ${maxMessageBytes} bytes, cat ${cat ? 'on' : 'off'}`);
  },
};
