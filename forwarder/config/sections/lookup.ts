import {
  boolean,
  choice,
  integer,
  list,
  object,
  optional,
  section,
  text,
  withDefault,
} from '../schema-builder.js';
import { minutes, path, secret, secretReference, size } from './common.js';

/** How long an answer is kept, by what it said. */
const keep = (fallback: string, what: string) =>
  withDefault(
    fallback,
    minutes({
      description: `How long ${what} is kept; \`never\` = not at all.`,
      minimum: 0,
      maximum: 525_600,
      examples: ['1d', '1h', 'never'],
    }),
  );

const enriched = object(
  {
    feeds: optional(
      list(text({ description: 'Name or pattern.', maxLength: 200, examples: ['OSINT_*'] }), {
        description: 'Detections by these feeds only; by all when absent. `*` stands for anything.',
      }),
    ),
    minConfidence: withDefault(
      1,
      integer({
        description: 'Detections with at least this confidence only.',
        unit: 'of 100',
        minimum: 1,
        maximum: 100,
      }),
    ),
    fields: list(
      text({
        description: 'Name of a $KL field, with or without the `$`; docs/lookup.md lists them.',
        pattern: '^\\$?[Kk][Ll][A-Za-z0-9]+$',
        maxLength: 100,
        examples: ['KLZone'],
      }),
      {
        description: 'What is added to the detection.',
        minItems: 1,
        examples: [['KLZone', 'KLHits']],
      },
    ),
    followUp: withDefault(
      false,
      boolean({
        description:
          'A detection whose answer is not known yet is sent without it. `true`: when the answer comes it is sent after it, as KL_EVALUATION_Lookup.',
      }),
    ),
  },
  { description: 'Which detections get which fields. The first entry that fits counts.' },
);

/** The Threat Intelligence Portal: for `threat-forwarder lookup`, and for detections where asked for. */
export const lookupSection = section(
  {
    portal: withDefault(
      'tip',
      choice(['tip', 'opentip'], {
        description:
          '`tip`: the Kaspersky Threat Intelligence Portal (a certificate, user name and password; or a token). `opentip`: its open version (a token).',
      }),
    ),
    url: optional(
      text({
        description:
          'Its address; when absent, https://tip.kaspersky.com or https://opentip.kaspersky.com.',
        expected: 'an address that begins with https://',
        isLegal: (value) => /^https:\/\//i.test(value) && URL.canParse(value),
        maxLength: 2048,
      }),
    ),
    username: optional(
      text({
        description:
          'User name (HTTP Basic). When absent: KASPERSKY_API_USERNAME of the environment, else of `dnifConfig`.',
        maxLength: 255,
      }),
    ),
    password: optional(
      secretReference(
        'Where its password is. When absent: KASPERSKY_API_PASSWORD of the environment, else of `dnifConfig`.',
        'env:TIP_PASSWORD',
      ),
    ),
    token: optional(
      secretReference(
        'Where an API token is: of tip in place of certificate and password, of opentip its key. When absent: KASPERSKY_API_TOKEN of the environment.',
        'file:/etc/threat-forwarder/tip-token',
      ),
    ),
    cert: optional(
      path(
        'Certificate to show, with its key: PEM, .pfx or .p12. When absent: KASPERSKY_API_CERT_PATH of the environment, else of `dnifConfig`.',
        'tip.pem',
      ),
    ),
    passphrase: optional(
      secretReference('Where the pass-phrase of its key is.', 'env:TIP_PASSPHRASE'),
    ),
    dnifConfig: optional(
      path(
        'dnifconfig.yml of the DNIF plugin lookup-kaspersky: user name, password and certificate are taken from it.',
        'lookup_plugins/kaspersky/dnifconfig.yml',
      ),
    ),
    ca: optional(path("Authorities (PEM) to trust instead of the system's.", 'proxy-ca.pem')),
    proxy: optional(
      secret(
        'Proxy, http://HOST:PORT, perhaps with USER:PASSWORD@; `none`: no proxy. When absent, as the environment says.',
      ),
    ),
    timeoutSeconds: withDefault(
      30,
      integer({
        description: 'How long the portal may be silent.',
        unit: 'seconds',
        minimum: 1,
        maximum: 600,
      }),
    ),
    slowSeconds: withDefault(
      5,
      integer({
        description:
          'When an answer takes longer, lookups of detections pause; people go on waiting for theirs.',
        unit: 'seconds',
        minimum: 1,
        maximum: 600,
      }),
    ),
    requestsPerSecond: withDefault(
      10,
      integer({ description: 'The most that are begun in a second.', minimum: 1, maximum: 1000 }),
    ),
    maxConcurrent: withDefault(
      4,
      integer({ description: 'The most that are out at a time.', minimum: 1, maximum: 64 }),
    ),
    requestsPerDay: optional(
      integer({
        description:
          'Requests of a day (UTC) that may be made: needed for opentip, which tells no quota; of tip the smaller of this and its own counts.',
        minimum: 1,
        maximum: 100_000_000,
      }),
    ),
    reserve: withDefault(
      10,
      integer({
        description:
          'So much of the quota is left for people: detections are no longer looked up when less is left.',
        unit: 'percent',
        minimum: 0,
        maximum: 100,
      }),
    ),
    cache: section(
      {
        directory: withDefault(
          'var/lookup',
          path('Where answers are kept.', 'var/lookup', '/var/lib/threat-forwarder/lookup'),
        ),
        maxBytes: withDefault(
          '256MiB',
          size({
            description:
              'The most they take; what was not used for longest goes first. 0: none is kept on disk.',
            minimum: 0,
            maximum: 2 ** 40,
          }),
        ),
        red: keep('1d', 'a report of zone Red'),
        orange: keep('1d', 'a report of zone Orange'),
        yellow: keep('1d', 'a report of zone Yellow'),
        green: keep('1d', 'a report of zone Green'),
        grey: keep('6h', 'a report of zone Grey, or of none'),
        noData: keep('6h', 'that the portal has no data'),
      },
      { description: 'Answers that are kept, so that nothing is asked twice.' },
    ),
    neverAsk: withDefault(
      [],
      list(
        text({
          description: 'A domain (with its subdomains), an address or a range.',
          maxLength: 255,
          examples: ['example.org'],
        }),
        {
          description:
            'What detections are never looked up for, besides what is not public: your own domains and networks.',
          examples: [['example.org', '192.0.2.0/24']],
        },
      ),
    ),
    enrich: withDefault(
      [],
      list(enriched, {
        description:
          'Detections that get fields of the portal. None when empty. It never holds a detection up: what is not known yet is not waited for.',
        examples: [
          [{ feeds: ['OSINT_*'], minConfidence: 50, fields: ['KLZone', 'KLThreatScore'] }],
        ],
      }),
    ),
  },
  { description: 'Lookups in the Threat Intelligence Portal.' },
);
