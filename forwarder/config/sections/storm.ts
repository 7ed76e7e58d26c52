import { integer, list, object, optional, section, text, withDefault } from '../schema-builder.js';
import { pattern } from './common.js';

const breaker = section(
  {
    percent: withDefault(
      50,
      integer({
        description: 'How many detections for a hundred events are too many.',
        unit: 'detections',
        minimum: 1,
        maximum: 100_000,
      }),
    ),
    minDetections: withDefault(
      1000,
      integer({
        description: 'How many detections there must be at least.',
        unit: 'detections',
        minimum: 1,
        maximum: 100_000_000,
      }),
    ),
    withinSeconds: withDefault(
      10,
      integer({
        description:
          'The time over which both are counted; it trips only when more than nine tenths of these events are from one log source.',
        unit: 'seconds',
        minimum: 1,
        maximum: 3600,
      }),
    ),
    forSeconds: withDefault(
      60,
      integer({
        description:
          'For so long the detections of that log source are summarised then (profile calm), or only KL_ALERT_LoopDetected is sent (profile parity).',
        unit: 'seconds',
        minimum: 1,
        maximum: 86_400,
      }),
    ),
  },
  { description: 'Trips when the detections of one log source look like a loop.' },
);

const countOnly = object(
  {
    name: text({
      description: 'Its name in the counters.',
      maxLength: 64,
      pattern: '^[A-Za-z0-9._-]+$',
      examples: ['firewall-denies'],
    }),
    source: optional(
      text({
        description: 'Only events of this source (sources[].name).',
        maxLength: 64,
        examples: ['firewall'],
      }),
    ),
    pattern: optional(pattern('Only events whose text has this.', 'action=(deny|drop)')),
  },
  {
    description: 'Events whose detections are counted and not sent.',
    atLeastOneOf: ['source', 'pattern'],
  },
);

/** Keeps a flood of detections from drowning those who read them. */
export const stormSection = section(
  {
    windowSeconds: withDefault(
      60,
      integer({
        description:
          'calm: detections of the same indicator, asset and rule within this time after the first are one message at its end, with their number.',
        unit: 'seconds',
        minimum: 1,
        maximum: 86_400,
      }),
    ),
    maxKeys: withDefault(
      250_000,
      integer({
        description:
          'calm: how many indicators, assets and rules are watched at once. Beyond that the window that ends next is ended early.',
        unit: 'windows',
        minimum: 1000,
        maximum: 10_000_000,
      }),
    ),
    messagesPerSecond: withDefault(
      5000,
      integer({
        description:
          'calm: what exceeds this, on the average, is summarised by indicator. 0: no limit.',
        unit: 'detections',
        minimum: 0,
        maximum: 10_000_000,
      }),
    ),
    breaker,
    countOnly: withDefault(
      [],
      list(countOnly, {
        description: 'Events whose detections are only counted, in any profile.',
        examples: [[{ name: 'firewall-denies', pattern: 'action=(deny|drop)' }]],
      }),
    ),
  },
  { description: 'What is done about floods of detections.' },
);
