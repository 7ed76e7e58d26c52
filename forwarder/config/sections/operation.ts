import {
  boolean,
  choice,
  integer,
  object,
  optional,
  orFalse,
  section,
  withDefault,
} from '../schema-builder.js';
import { listen, path, size } from './common.js';

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
          listen('Address and port of /livez, /readyz, /metrics and /status.', '127.0.0.1:9990'),
        ),
      },
      { description: 'Health, metrics and status over HTTP; for reading only.' },
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
    file: optional(
      path(
        'A file that gets the log too, as JSON lines, beside standard error.',
        '/var/log/threat-forwarder/forwarder.log',
      ),
    ),
    maxBytes: withDefault(
      '10MiB',
      size({
        description: 'The file is put aside and begun anew when it has grown to this size.',
        minimum: 64 * 1024,
        maximum: 2 ** 40,
      }),
    ),
    keep: withDefault(
      5,
      integer({
        description: 'How many files that were put aside are kept.',
        unit: 'files',
        minimum: 0,
        maximum: 1000,
      }),
    ),
  },
  { description: "The operator's log." },
);

export const serviceSection = section(
  {
    stopSeconds: withDefault(
      10,
      integer({
        description: 'How long a stop may take to finish what was received and to send what waits.',
        unit: 'seconds',
        minimum: 1,
        maximum: 600,
      }),
    ),
    watchdogSeconds: withDefault(
      30,
      integer({
        description:
          'When the service does nothing for so long, KL_ALERT_ServiceUnavailable is sent for it. 0: never.',
        unit: 'seconds',
        minimum: 0,
        maximum: 3600,
      }),
    ),
  },
  { description: 'The running process.' },
);

export const stateSection = section(
  {
    directory: withDefault(
      'var/state',
      path(
        'Where the service keeps the few facts that outlive it: its loop token, and whether it ended in good order.',
        'var/state',
        '/var/lib/threat-forwarder/state',
      ),
    ),
    minFreeBytes: withDefault(
      '256MiB',
      size({
        description:
          'KL_ALERT_FreeSpaceEnds is sent when a disk the service writes to has less room than this. 0: never.',
        minimum: 0,
        maximum: 2 ** 44,
      }),
    ),
  },
  { description: 'What outlives a run.' },
);

export const statisticsPart = withDefault(
  {},
  orFalse(
    object(
      {
        keepDays: withDefault(
          90,
          integer({
            description: 'How long the counts of an hour are kept.',
            unit: 'days',
            minimum: 1,
            maximum: 3660,
          }),
        ),
        flushSeconds: withDefault(
          30,
          integer({
            description:
              'How often the counts are written to disk; a crash costs what was counted since.',
            unit: 'seconds',
            minimum: 1,
            maximum: 3600,
          }),
        ),
      },
      {
        description:
          'Counts of detections by category, feed and source, hour by hour, in `state.directory`; `threat-forwarder stats` shows them.',
      },
    ),
  ),
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
