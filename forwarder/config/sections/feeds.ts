import { bad, ok } from '../../core/index.js';
import {
  boolean,
  integer,
  list,
  measure,
  object,
  optional,
  section,
  shorthand,
  text,
  withDefault,
} from '../schema-builder.js';
import { files, minutes } from './common.js';

const category = (of: string, example: string) =>
  optional(
    text({
      description: `Event id of a detection of ${of}.`,
      expected: 'a word of letters, digits and "_", such as KL_Malicious_URL',
      pattern: '^[A-Za-z0-9_.-]+$',
      maxLength: 128,
      examples: [example],
    }),
  );

const categories = object(
  {
    url: category('a URL', 'KL_Malicious_URL'),
    domain: category('a domain', 'KL_Malicious_URL'),
    ip: category('an IP address', 'KL_IP_Reputation'),
    cidr: category('an address in a listed range', 'KL_IP_Reputation'),
    md5: category('an MD5 hash', 'KL_Malicious_Hash_MD5'),
    sha1: category('a SHA-1 hash', 'KL_Malicious_Hash_SHA1'),
    sha256: category('a SHA-256 hash', 'KL_Malicious_Hash_SHA256'),
  },
  {
    description:
      'Event ids for each kind of indicator, where those that follow from the name do not suit.',
  },
);

const feedPath = files(
  'A file, or a glob that stands for several. `package:` in front means the folder of this package.',
  'feeds/*.json',
  'package:verification/feeds/*.json',
);
const name = optional(
  text({
    description:
      'Name of the feed; from the name of the file when absent. Categories follow from it.',
    examples: ['Malicious_URL_Data_Feed'],
    maxLength: 200,
  }),
);
const format = optional(
  text({
    description: 'Format of the file; recognised by its content when absent.',
    examples: ['kaspersky-json'],
    maxLength: 64,
  }),
);

const feed = object(
  {
    path: feedPath,
    name,
    format,
    confidence: optional(
      integer({
        description:
          'How certain the feed is, 1 (guess) to 100 (certain). When absent 100 for a feed of Kaspersky, else 50.',
        minimum: 1,
        maximum: 100,
      }),
    ),
    lifetime: optional(
      minutes({
        description:
          'How long an indicator holds after it was last seen; `never` expires when absent.',
        minimum: 0,
        maximum: 525_600_000,
        examples: ['never', '30d'],
      }),
    ),
    outdatedAfterHours: withDefault(
      0,
      integer({
        description: 'Age of the file from which KL_ALERT_OutdatedFeed is sent; 0 = never.',
        unit: 'hours',
        minimum: 0,
        maximum: 87_600,
        examples: [120],
      }),
    ),
    categories: optional(categories),
    enabled: withDefault(true, boolean({ description: 'Whether the feed is used.' })),
  },
  { description: 'One feed, or several of the same kind.' },
);

export const feedsList = withDefault(
  [],
  list(shorthand('path', feed), {
    description:
      'The threat feeds. Without a configuration file the demo feeds of this package; in a file none but those it names.',
    examples: [[{ path: 'feeds/*.json' }]],
  }),
);

const allowList = object(
  { path: feedPath, name, format },
  { description: 'One list of indicators that are never detected.' },
);

export const allowListsList = withDefault(
  [],
  list(shorthand('path', allowList), {
    description: 'Lists of indicators that are never detected (as the feed FalsePositive).',
    examples: [[{ path: 'allow/*.json' }]],
  }),
);

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
    workers: withDefault('auto', workers),
  },
  { description: 'Limits of matching, and the threads that help.' },
);
