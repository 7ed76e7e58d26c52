import { boolean, choice, object, orFalse, section, withDefault } from '../schema-builder.js';
import { listen } from './common.js';

export const profileChoice = withDefault(
  'parity',
  choice(['parity', 'calm'], {
    description:
      '`parity`: as CyberTrace, nothing is suppressed or summarised. `calm`: repeated detections are summarised.',
  }),
);

export const httpPart = withDefault(
  {},
  orFalse(
    object(
      {
        listen: withDefault(
          '127.0.0.1:9990',
          listen('Address and port of /livez, /readyz and /metrics.', '127.0.0.1:9990'),
        ),
      },
      { description: 'Health and metrics over HTTP.' },
    ),
  ),
);

export const logSection = section(
  {
    level: withDefault(
      'info',
      choice(['debug', 'info', 'warn', 'error', 'silent'], {
        description: 'From which level on lines are written to the log (standard error).',
      }),
    ),
    format: withDefault(
      'auto',
      choice(['auto', 'json', 'pretty'], {
        description: '`auto`: pretty on a terminal, else JSON lines.',
      }),
    ),
  },
  { description: "The operator's log." },
);

export const securitySection = section(
  {
    refuseRoot: withDefault(
      false,
      boolean({ description: 'Refuse to run as root. Otherwise a warning is given.' }),
    ),
  },
  { description: 'Precautions.' },
);
