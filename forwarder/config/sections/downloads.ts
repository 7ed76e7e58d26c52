import { integer, optional, section, withDefault } from '../schema-builder.js';
import { minutes, path, secret, size } from './common.js';

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
