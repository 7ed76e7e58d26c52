import { logSourceTypeNames } from '../../../../../../dsm/identity.js';
import { failed, ok, warning, type DoctorCheck } from '../check.js';
import { ofIdentifier } from '../console-sources.js';

const reading: readonly string[] = Object.values(logSourceTypeNames);

/** Only a type that reads LEEF makes more of our messages than Stored. */
export const logSourceType: DoctorCheck = {
  name: 'log-source-type',
  title: 'Log source type',
  async look({ identifier, verificationIdentifier, sources }) {
    const all = await sources();
    const ours = [identifier, verificationIdentifier].flatMap((name) =>
      ofIdentifier(all, name).slice(0, 1),
    );
    if (ours.length === 0) return warning('no log source of ours to look at', 'see the log source');
    return ours.flatMap(({ name, typeName }) =>
      reading.includes(typeName) || /\bLEEF\b/i.test(typeName)
        ? ok(`${name}: ${typeName}`)
        : failed(
            `${name} has the type ${typeName}, which does not read LEEF`,
            `delete the log source and run threat-forwarder dsm apply, or make one of the type ${logSourceTypeNames.universal}`,
          ),
    );
  },
};
