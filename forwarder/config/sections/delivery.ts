import {
  anything,
  boolean,
  integer,
  list,
  object,
  optional,
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
        description: 'What the collector understands; `leef` when absent.',
        maxLength: 64,
        examples: ['leef'],
      }),
    ),
    assured: optional(
      boolean({ description: 'Keep every message until the collector has surely taken it.' }),
    ),
  },
  {
    description: 'A place messages go to.',
    needs: { cert: ['key'], key: ['cert'], passphrase: ['key'] },
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
    spool: optional(
      anything({
        description:
          'Messages that wait on disk: `directory`, `maxBytes`. Accepted, with any values, but not in use yet: messages wait in memory only.',
        examples: [{ directory: 'var/spool', maxBytes: '1GiB' }],
      }),
    ),
  },
  { description: 'Where messages go.' },
);
