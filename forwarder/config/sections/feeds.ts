import { bad, ok } from '../../core/index.js';
import {
  anything,
  boolean,
  choice,
  integer,
  list,
  map,
  measure,
  object,
  optional,
  section,
  shorthand,
  text,
  withDefault,
} from '../schema-builder.js';
import { files, minutes, path, secret, size } from './common.js';

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

const httpAddress = /^https?:\/\//i;

const name = optional(
  text({
    description:
      'Name of the feed; from the name of the file or the address when absent. Categories follow from it.',
    examples: ['Malicious_URL_Data_Feed'],
    maxLength: 200,
  }),
);

/** Where the records are. */
const whereFrom = {
  path: optional(
    files(
      'A file, a folder (every file in it), or a glob. Watched: a change is taken in by itself. `package:` in front means the folder of this package.',
      'feeds/*.json',
      'package:verification/feeds/*.json',
    ),
  ),
  url: optional(
    text({
      description: 'An address to fetch the feed from, again and again (`every`).',
      expected: 'an address that begins with http:// or https://',
      isLegal: (value) => httpAddress.test(value) && URL.canParse(value),
      examples: ['https://feeds.example.org/malicious-urls.csv.gz'],
      maxLength: 2048,
    }),
  ),
  taxii: optional(
    text({
      description:
        'A collection of a TAXII 2.1 server: its address up to the id of the collection.',
      expected: 'an address that begins with http:// or https://',
      isLegal: (value) => httpAddress.test(value) && URL.canParse(value),
      examples: ['https://taxii.example.org/api1/collections/91a7b528-80eb-42ed-a74d-c6fbd5a26116'],
      maxLength: 2048,
    }),
  ),
  misp: optional(
    text({
      description: 'A MISP server, asked through its REST interface (attributes/restSearch).',
      expected: 'an address that begins with http:// or https://',
      isLegal: (value) => httpAddress.test(value) && URL.canParse(value),
      examples: ['https://misp.example.org'],
      maxLength: 2048,
    }),
  ),
};
const places = Object.keys(whereFrom);

/** How what is there is read. */
const howRead = {
  format: optional(
    text({
      description: 'Format of the file; recognised by its content when absent.',
      examples: ['kaspersky-json'],
      maxLength: 64,
    }),
  ),
  fields: optional(
    map(
      choice(['url', 'domain', 'ip', 'md5', 'sha1', 'sha256', 'hash', 'any'], {
        description:
          'What the field holds. `hash`: the kind by its length; `any`: known by its looks.',
      }),
      {
        description:
          'The fields that hold indicators, where they are not those usual in the format: name or path (`files/MD5`), of a CSV file the heading or the number of the column.',
        examples: [{ dst_ip: 'ip', 'files/MD5': 'md5' }],
      },
    ),
  ),
  rootElement: optional(
    text({
      description:
        'Where the records of a JSON or XML file are: names of elements with `/` between, `*` and `?` allowed.',
      examples: ['data/items'],
      maxLength: 1000,
    }),
  ),
  delimiter: optional(
    text({
      description: 'What separates the columns of a CSV file; found out when absent.',
      examples: [';'],
      maxLength: 1,
    }),
  ),
  differences: optional(
    files(
      'Files with differences to the file of `path`, applied in the order of their names.',
      'feeds/Malicious_Hash_Diff_*.json',
    ),
  ),
};

/** How it is fetched. */
const howFetched = {
  every: optional(
    minutes({
      description:
        'How often it is fetched; `never` only by `feeds update`. `downloads.every` when absent.',
      minimum: 0,
      maximum: 10_080,
      examples: ['30m', '1h'],
    }),
  ),
  query: optional(
    anything({
      description:
        "misp: filters of attributes/restSearch, as MISP's own documentation names them; taxii: filters of the objects, such as `match[type]`.",
      examples: [{ tags: ['tlp:white'], last: '30d' }],
    }),
  ),
  auth: optional(
    object(
      {
        username: optional(text({ description: 'User name (HTTP Basic).', maxLength: 255 })),
        password: optional(secret('Password of the user name.')),
        token: optional(secret('Bearer token; of MISP the automation key.')),
      },
      {
        description: 'Who asks.',
        needs: { username: ['password'], password: ['username'] },
        atLeastOneOf: ['username', 'token'],
        atMostOneOf: ['username', 'token'],
      },
    ),
  ),
  tls: optional(
    object(
      {
        ca: optional(
          path("Authorities (PEM) to trust instead of the system's.", 'tls/feeds-ca.pem'),
        ),
        cert: optional(
          path('Certificate to show, PEM; the key may stand in the same file.', 'tls/feeds.pem'),
        ),
        key: optional(path('Private key of the certificate, PEM.', 'tls/feeds.key')),
        passphrase: optional(secret('Pass-phrase of the private key.')),
      },
      { description: 'Certificates for the connection.', needs: { key: ['cert'] } },
    ),
  ),
  proxy: optional(
    secret('Proxy for this feed, http://HOST:PORT, perhaps with USER:PASSWORD@; `none`: no proxy.'),
  ),
  maxBytes: optional(
    size({
      description: 'The most that is fetched; `downloads.maxBytes` when absent.',
      minimum: 1024,
      maximum: 2 ** 40,
    }),
  ),
};

const feed = object(
  {
    ...whereFrom,
    name,
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
    atLeastOneOf: places,
    atMostOneOf: places,
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
    name,
    ...howRead,
    ...howFetched,
  },
  {
    description: 'One list of indicators that are never detected.',
    atLeastOneOf: places,
    atMostOneOf: places,
  },
);

export const allowListsList = withDefault(
  [],
  list(shorthand('path', allowList, { key: 'url', pattern: httpAddress }), {
    description: 'Lists of indicators that are never detected (as the feed FalsePositive).',
    examples: [[{ path: 'allow/*.json' }]],
  }),
);

export const downloadsSection = section(
  {
    directory: withDefault(
      'var/feeds',
      path('Where fetched feeds are kept.', 'var/feeds', '/var/lib/threat-forwarder/feeds'),
    ),
    every: withDefault(
      '30m',
      minutes({
        description:
          'How often each feed is fetched, up to a tenth later, so that not all ask at once; `never` = only by `feeds update`.',
        minimum: 0,
        maximum: 10_080,
        examples: ['30m', '1h', 'never'],
      }),
    ),
    timeoutSeconds: withDefault(
      60,
      integer({
        description: 'How long a server may say nothing.',
        unit: 'seconds',
        minimum: 1,
        maximum: 3600,
      }),
    ),
    maxBytes: withDefault(
      '4GiB',
      size({
        description: 'The most that is fetched of one feed.',
        minimum: 1024,
        maximum: 2 ** 40,
      }),
    ),
    proxy: optional(
      secret(
        'Proxy for all feeds, http://HOST:PORT, perhaps with USER:PASSWORD@. When absent, HTTPS_PROXY and HTTP_PROXY of the environment, but for hosts in NO_PROXY.',
      ),
    ),
  },
  { description: 'How feeds are fetched.' },
);

export const unpackingSection = section(
  {
    maxBytes: withDefault(
      '16GiB',
      size({
        description: 'How large a .gz or .zip feed may become when unpacked.',
        minimum: 1024,
        maximum: 2 ** 44,
      }),
    ),
    maxRatio: withDefault(
      200,
      integer({
        description:
          'How many times its packed size, beyond the first 16 MiB: more is taken for an attack.',
        minimum: 2,
        maximum: 100_000,
      }),
    ),
  },
  { description: 'Limits for packed feeds.' },
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
