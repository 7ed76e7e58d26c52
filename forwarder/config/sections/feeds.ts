import {
  boolean,
  choice,
  integer,
  list,
  map,
  object,
  optional,
  shorthand,
  text,
  withDefault,
} from '../schema-builder.js';
import { minutes } from './common.js';
import { feedName, feedPlaces, httpAddress, whereFrom } from './feed-places.js';
import { howFetched, howRead } from './feed-reading.js';

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

const feed = object(
  {
    ...whereFrom,
    name: feedName,
    ...howRead,
    confidence: optional(
      integer({
        description:
          'How certain the feed is, 1 (guess) to 100 (certain). When absent 100 for a feed of Kaspersky, else 50.',
        minimum: 1,
        maximum: 100,
      }),
    ),
    minConfidence: withDefault(
      0,
      integer({
        description:
          'Records with a confidence of their own (field `confidence`, 0 to 100) are used when it is at least this.',
        minimum: 0,
        maximum: 100,
      }),
    ),
    lifetime: optional(
      minutes({
        description:
          'How long a record holds after it was last in the feed; `never` = as long as it is in it, and no longer. When absent 7d for fetched feeds, never for those of Kaspersky and for local files.',
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
    filters: withDefault(
      {},
      map(text({ description: 'What the field must be.', maxLength: 1000 }), {
        description:
          'Which records are used: for each field what it must be: a text, a number, a comparison (`>= 75`), a range of numbers or dates (`[01.02.2026;%NOW%]`, `[%NOW%-30;%NOW%]`). All must hold; a record without the field is left out.',
        examples: [{ threat_score: '>= 75', last_seen: '[%NOW%-90;%NOW%]' }],
      }),
    ),
    requiredFields: withDefault(
      [],
      list(text({ description: 'A field.', maxLength: 1000 }), {
        description: 'Fields that a record must have to be used.',
        examples: [['mask', 'first_seen']],
      }),
    ),
    maxRecords: optional(
      integer({
        description: 'The most records that are used, the first ones; no limit when absent.',
        minimum: 1,
        maximum: 1_000_000_000,
      }),
    ),
    actionableFields: withDefault(
      {},
      map(
        text({ description: 'Output name; empty: as the field.', minLength: 0, maxLength: 100 }),
        {
          description:
            'Fields of the records that go out by a name of their own: path of the field, and its output name.',
          examples: [{ 'files/MD5': 'related_md5' }],
        },
      ),
    ),
    categories: optional(categories),
    overBroad: withDefault(
      'refuse',
      choice(['refuse', 'allow'], {
        description:
          'What to do with indicators that cover half of the world: `com`, `*.co.uk`, `10.0.0.0/8`.',
      }),
    ),
    allowShrink: withDefault(
      false,
      boolean({
        description:
          'Whether a new version with less than half of the records may take the place of the old one.',
      }),
    ),
    usedInMatching: withDefault(
      true,
      boolean({ description: 'False: the feed is only searched (`feeds search`).' }),
    ),
    sentToSiem: withDefault(
      true,
      boolean({ description: 'False: its detections are counted, not sent.' }),
    ),
    live: withDefault(
      false,
      boolean({
        description:
          'misp: ask the server for what is in no local feed, event by event, beside the matching.',
      }),
    ),
    ...howFetched,
    enabled: withDefault(true, boolean({ description: 'Whether the feed is used.' })),
  },
  {
    description: 'One feed, or several of the same kind.',
    atLeastOneOf: feedPlaces,
    atMostOneOf: feedPlaces,
    needs: { differences: ['path'], live: ['misp'] },
  },
);

export const feedsList = withDefault(
  [],
  list(shorthand('path', feed, { key: 'url', pattern: httpAddress }), {
    description:
      'The threat feeds. A text alone is a path or an address. Without a configuration file the demo feeds of this package; in a file none but those it names.',
    examples: [[{ path: 'feeds/*.json' }, 'https://feeds.example.org/list.txt']],
  }),
);

const allowList = object(
  {
    ...whereFrom,
    name: feedName,
    ...howRead,
    ...howFetched,
  },
  {
    description: 'One list of indicators that are never detected.',
    atLeastOneOf: feedPlaces,
    atMostOneOf: feedPlaces,
  },
);

export const allowListsList = withDefault(
  [],
  list(shorthand('path', allowList, { key: 'url', pattern: httpAddress }), {
    description: 'Lists of indicators that are never detected (as the feed FalsePositive).',
    examples: [[{ path: 'allow/*.json' }]],
  }),
);
