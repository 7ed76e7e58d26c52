import { anything, choice, map, object, optional, text } from '../schema-builder.js';
import { files, minutes, path, secret, size } from './common.js';

/** How what is there is read. */
export const howRead = {
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
export const howFetched = {
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
