import { integer, measure, optional, section, withDefault } from '../schema-builder.js';
import { bad, ok } from '../../core/index.js';

/** `auto` in the configuration. */
export const automaticWorkers = -1;

const workers = measure({
  description:
    'The most threads that scan events beside the main one, when a connection brings more than it can take. `auto`: one for each processor beyond the second, up to 6; `0`: none. Connections with TLS bring too little at a time for them.',
  expected: '`auto`, or a number from 0 to 64',
  textSchema: { enum: ['auto'] },
  parse: (text) => (text === 'auto' ? ok(automaticWorkers) : bad('auto, or a number')),
  format: (value) => (value === automaticWorkers ? 'auto' : String(value)),
  minimum: automaticWorkers,
  maximum: 64,
});

export const matchingSection = section(
  {
    perEventDetectionLimit: withDefault(
      10_000,
      integer({
        description: 'The most detections one event may cause; the rest is counted.',
        minimum: 1,
        maximum: 1_000_000,
      }),
    ),
    minConfidence: withDefault(
      0,
      integer({
        description:
          'Detections of feeds with a confidence of at least this are sent; the others are counted.',
        minimum: 0,
        maximum: 100,
      }),
    ),
    maxRecords: optional(
      integer({
        description:
          'The most records of all feeds together; those of the last feeds are left out. No limit when absent.',
        minimum: 1,
        maximum: 2_000_000_000,
      }),
    ),
    workers: withDefault('auto', workers),
  },
  { description: 'Limits of matching, and the threads that help.' },
);
