import {
  boolean,
  integer,
  list,
  map,
  object,
  optional,
  orFalse,
  section,
  text,
  withDefault,
} from '../schema-builder.js';
import { listen, path, secret, size } from './common.js';

const tls = object(
  {
    cert: path('Certificate of the listener with its chain, PEM.', 'tls/server.pem'),
    key: path('Private key of the certificate, PEM.', 'tls/server.key'),
    clientCa: optional(
      path(
        'Authorities (PEM) one of which must have signed the certificate of every client. Without it clients need none.',
        'tls/clients-ca.pem',
      ),
    ),
    passphrase: optional(secret('Pass-phrase of the private key.')),
  },
  { description: 'Makes the listener speak TLS. Without it events arrive in the clear.' },
);

const jsa = object(
  {
    listen: withDefault(
      '127.0.0.1:9995',
      listen(
        'Address and port for the events JSA forwards. To take them from another machine name an address of this one.',
        '192.0.2.5:9995',
      ),
    ),
    tls: optional(tls),
    maxConnections: withDefault(
      1024,
      integer({
        description: 'Connections beyond this many are refused and counted.',
        unit: 'connections',
        minimum: 1,
        maximum: 20_000,
      }),
    ),
    idleSeconds: withDefault(
      0,
      integer({
        description:
          'A connection that brings nothing for so long is closed. 0: never; a dead peer is found by probes of the operating system all the same.',
        unit: 'seconds',
        minimum: 0,
        maximum: 86_400,
      }),
    ),
    keys: withDefault(
      {},
      map(text({ description: 'The name it has in the events.' }), {
        description:
          'Fields that the forwarding profile of JSA renames: the standard name, then the name in the events.',
        examples: [{ src: 'src.ip', dst: 'dst.ip' }],
      }),
    ),
    loopGuard: withDefault(
      true,
      boolean({
        description:
          'Drop (and count) events that are our own messages coming back. Off only for tests: an unguarded loop feeds itself.',
      }),
    ),
  },
  { description: 'The listener for events that JSA forwards.' },
);

const cybertrace = object(
  {
    listen: withDefault(
      '127.0.0.1:9999',
      listen('Address and port for clients of CyberTrace.', '127.0.0.1:9999'),
    ),
    dialect: withDefault(
      'cybertrace-4',
      text({
        description:
          'How replies are written: a ready dialect, or one of `dialects`; docs/reference/formats.md.',
        maxLength: 64,
        examples: ['cybertrace-4', 'kuma', 'splunk'],
      }),
    ),
    maxSessions: withDefault(
      20,
      integer({
        description:
          'Sessions beyond this many are refused and counted; places for X-KF-ReplyBackPING come on top.',
        unit: 'sessions',
        minimum: 1,
        maximum: 20_000,
      }),
    ),
    replyAlways: withDefault(
      false,
      boolean({
        description:
          'Treat every session as if it had sent X-KF-SendFinishedEvent and X-KF-ReplyBack, as the program Tracer does.',
      }),
    ),
    closeAfterReply: withDefault(
      false,
      boolean({
        description:
          'Close the connection after the reply to its first event, as Tracer does; for clients that wait for it.',
      }),
    ),
    requestQuietMs: withDefault(
      0,
      integer({
        description:
          'An event without its line end counts as whole when nothing has come for so long; for clients that send no line end. 0: the line end is waited for.',
        unit: 'milliseconds',
        minimum: 0,
        maximum: 60_000,
        examples: [250],
      }),
    ),
    replyBufferBytes: withDefault(
      '1MiB',
      size({
        description:
          'How much of its replies a client may leave unread; beyond it no more of its events are read.',
        minimum: 16 * 1024,
        maximum: 2 ** 30,
      }),
    ),
    replyStallSeconds: withDefault(
      30,
      integer({
        description:
          'A client that leaves its replies unread for so long is disconnected; what it did not read is counted.',
        unit: 'seconds',
        minimum: 1,
        maximum: 3600,
      }),
    ),
    idleSeconds: withDefault(
      0,
      integer({
        description:
          'A session that brings nothing for so long is closed, and its place is free again. 0: never.',
        unit: 'seconds',
        minimum: 0,
        maximum: 86_400,
      }),
    ),
  },
  { description: "The listener that speaks CyberTrace's own protocol." },
);

export const intakeSection = section(
  {
    jsa: withDefault({}, orFalse(jsa)),
    cybertrace: withDefault({}, orFalse(cybertrace)),
    moreCybertrace: withDefault(
      [],
      list(cybertrace, {
        description:
          'Further listeners of the same kind, each with settings of its own, such as one for KUMA.',
        examples: [[{ listen: '127.0.0.1:9998', dialect: 'kuma' }]],
      }),
    ),
    maxLineBytes: withDefault(
      '1MiB',
      size({
        description:
          'The longest event. The rest of a longer one is skipped up to its end and counted; the connection stays.',
        minimum: 1024,
        maximum: 64 * 2 ** 20,
      }),
    ),
    maxDepth: withDefault(
      64,
      integer({
        description:
          'How many levels of objects and lists a JSON event may have; deeper ones are taken as plain text.',
        minimum: 1,
        maximum: 512,
      }),
    ),
    maxBufferedBytes: withDefault(
      '64MiB',
      size({
        description:
          'How much the unfinished lines of all connections together may take. Beyond it the connection that holds most is closed, and its line counted as rejected.',
        minimum: 2 ** 20,
        maximum: 64 * 2 ** 30,
      }),
    ),
    partialLineSeconds: withDefault(
      30,
      integer({
        description:
          'How long an event may stay without its end; then it is counted and the connection closed.',
        unit: 'seconds',
        minimum: 1,
        maximum: 3600,
      }),
    ),
  },
  { description: 'Where events come in, and their limits.' },
);
