import { syslogHost } from '../../../../../../dsm/index.js';
import { failed, ok, warning, type DoctorCheck } from '../check.js';
import { ofIdentifier } from '../console-sources.js';

/** The identifier must be the host name of the header, letter for letter, on both sides. */
export const identifier: DoctorCheck = {
  name: 'identifier',
  title: 'Identifier',
  async look({ identifier, sources }) {
    const written = syslogHost(identifier);
    if (written !== identifier) {
      return failed(
        `"${identifier}" cannot be a host name: the header of our messages says ${written}`,
        'use letters, digits, ".", "-" and "_" in identifier of forwarder.yaml, without blanks',
      );
    }
    const [source] = ofIdentifier(await sources(), identifier);
    if (source === undefined) {
      return warning(`${identifier}; no log source to compare with`, 'see the log source');
    }
    if (source.identifier === identifier) return ok(`${identifier}, here and in JSA`);
    return failed(
      `${identifier} here, ${source.identifier} in JSA: letter case differs`,
      `set identifier of forwarder.yaml to ${source.identifier}, or change the log source`,
    );
  },
};
