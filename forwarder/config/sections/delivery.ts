import {
  boolean,
  choice,
  integer,
  list,
  object,
  optional,
  orFalse,
  section,
  shorthand,
  text,
  withDefault,
} from '../schema-builder.js';
import { collectorUrlForms, isCollectorUrl } from '../values/collector-url.js';
import { path, secret, size } from './common.js';

const collector = object(
  {
    url: text({
      description:
        'Where it is: `udp://`, `tcp://`, `tls://` with host and port, or `unix://` with the path of a socket.',
      expected: collectorUrlForms,
      isLegal: isCollectorUrl,
      maxLength: 2048,
      examples: ['tcp://192.0.2.10:514', 'tls://jsa.example.org:6514', 'unix:///dev/log'],
    }),
    ca: optional(
      path("tls: authorities (PEM) to trust instead of the system's.", 'tls/collector-ca.pem'),
    ),
    cert: optional(path('tls: certificate to show to the collector, PEM.', 'tls/client.pem')),
    key: optional(path('tls: private key of the certificate, PEM.', 'tls/client.key')),
    passphrase: optional(secret('tls: pass-phrase of the private key.')),
    serverName: optional(
      text({
        description:
          "tls: the name to find in the collector's certificate, if it is not the host of the URL.",
        maxLength: 253,
        examples: ['jsa.example.org'],
      }),
    ),
    dialect: optional(
      text({
        description:
          'What the collector understands: `leef` (when absent), a ready dialect such as `arcsight`, or one of `dialects`; docs/reference/formats.md.',
        maxLength: 64,
        examples: ['leef', 'arcsight'],
      }),
    ),
    group: optional(
      text({
        description:
          'Collectors of one group share the messages. Groups stand in for each other in the order in which they first appear; a collector without a group is one of its own.',
        maxLength: 64,
        examples: ['collectors-of-site-a'],
      }),
    ),
    assured: optional(
      boolean({
        description:
          'tcp, tls: keep every message until the collector has surely taken it, and send it again when a connection is lost before. `true` when absent.',
      }),
    ),
  },
  {
    description: 'A place messages go to.',
    needs: { cert: ['key'], key: ['cert'], passphrase: ['key'] },
  },
);

const spool = object(
  {
    directory: withDefault(
      'var/spool',
      path('Its folder; one running service each.', 'var/spool', '/var/lib/threat-forwarder/spool'),
    ),
    maxBytes: withDefault(
      '1GiB',
      size({
        description: 'How much of the disk it may take.',
        minimum: 2 ** 20,
        maximum: 2 ** 44,
      }),
    ),
    segmentBytes: withDefault(
      '16MiB',
      size({
        description: 'Size of one of its files. A file is deleted when all its messages are taken.',
        minimum: 64 * 1024,
        maximum: 2 ** 30,
      }),
    ),
    whenFull: withDefault(
      'dropOldest',
      choice(['dropOldest', 'dropNewest'], {
        description: 'What is dropped, and counted, when it is full.',
      }),
    ),
    syncMs: withDefault(
      200,
      integer({
        description:
          'How often what was written is forced onto the disk. Only a loss of power can cost what was written since; 0: after every write.',
        unit: 'milliseconds',
        minimum: 0,
        maximum: 60_000,
      }),
    ),
    required: withDefault(
      true,
      boolean({
        description:
          'Refuse to start when the folder cannot be used. Otherwise messages wait in memory only, and the log says so.',
      }),
    ),
  },
  {
    description:
      'Messages are written to disk before they count as taken, and are there until a collector has them. In use when there are collectors; `false`: messages wait in memory only.',
  },
);

export const deliverySection = section(
  {
    collectors: withDefault(
      [],
      list(shorthand('url', collector), {
        description:
          'The collectors, the preferred one first; the next ones stand in while it is away. None: messages go to standard output.',
        examples: [
          ['tcp://192.0.2.10:514'],
          [{ url: 'tls://jsa.example.org:6514', ca: 'tls/ca.pem' }],
        ],
      }),
    ),
    queue: section(
      {
        maxMessages: withDefault(
          100_000,
          integer({
            description: 'How many messages wait in memory while no collector takes them.',
            unit: 'messages',
            minimum: 1,
            maximum: 100_000_000,
          }),
        ),
        maxBytes: withDefault(
          '64MiB',
          size({
            description:
              'How much memory they may take. Beyond either limit messages are dropped and counted.',
            minimum: 64 * 1024,
            maximum: 64 * 2 ** 30,
          }),
        ),
      },
      { description: 'Messages that wait in memory.' },
    ),
    replay: section(
      {
        marginBytes: optional(
          size({
            description:
              "assured: how much of what the collector's machine has taken may still be unread by the collector; so much is sent again when a connection is lost. When absent 6 MiB, or for a collector on this machine its largest receive buffer (net.ipv4.tcp_rmem) if that is more.",
            minimum: 0,
            maximum: 2 ** 30,
            examples: ['6MiB', '32MiB'],
          }),
        ),
        confirmSeconds: withDefault(
          300,
          integer({
            description:
              'assured: when messages wait so long for more traffic to confirm them, the connection is ended in good order, which proves that they were read, and opened anew. 0: never.',
            unit: 'seconds',
            minimum: 0,
            maximum: 86_400,
          }),
        ),
        stallSeconds: withDefault(
          5,
          integer({
            description:
              'assured: a connection on which the machine of the collector acknowledges nothing for so long is given up.',
            unit: 'seconds',
            minimum: 1,
            maximum: 600,
          }),
        ),
      },
      { description: 'What is kept to be sent again.' },
    ),
    spool: withDefault({}, orFalse(spool)),
  },
  { description: 'Where messages go.' },
);
