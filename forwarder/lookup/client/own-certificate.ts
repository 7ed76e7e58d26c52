import { ServiceError } from '../../core/index.js';
import { readTlsFiles, type TlsMaterial } from '../../net/index.js';
import { askedPortal } from './asked-portal.js';
import type { PortalOptions } from './portal-options.js';

/**
 * Reads the certificate that is shown and the authorities that are trusted, and tries them. Throws
 * ServiceError TF_CONFIG that names the setting at fault and what mends it.
 */
export async function readOwnCertificate(
  { credentials, ca, clock }: Pick<PortalOptions, 'credentials' | 'ca' | 'clock'>,
  address: string,
): Promise<TlsMaterial> {
  const { cert, passphrase } = credentials;
  const read = (tls: Parameters<typeof readTlsFiles>[0]): Promise<TlsMaterial> =>
    readTlsFiles(tls, askedPortal, address, clock());
  // Each by itself, so that it is known which one is at fault.
  const authorities = await read(ca === undefined ? undefined : { ca }).catch((error: unknown) => {
    throw inTheseWords(error, 'lookup.ca', 'name a PEM file of authorities that may be read');
  });
  if (cert === undefined) return authorities;
  const isPfx = /\.(?:pfx|p12)$/i.test(cert);
  const own = await read({ ...(isPfx ? { pfx: cert } : { cert }), passphrase }).catch(
    (error: unknown) => {
      throw inTheseWords(error, 'lookup.cert', isPfx ? pfxHint(cert) : pemHint);
    },
  );
  return { ...authorities, ...own };
}

const pemHint =
  'name a PEM file that this user may read, with the certificate and its key, both still valid; lookup.passphrase opens a key that is locked; a file of PKCS #12 must end in .pfx or .p12';

function pfxHint(path: string): string {
  const quoted = `'${path.replaceAll("'", "'\\''")}'`;
  return `correct lookup.passphrase, or make a PEM file of it and set lookup.cert to that: openssl pkcs12 -legacy -in ${quoted} -out tip.pem -nodes && chmod 600 tip.pem`;
}

function inTheseWords(error: unknown, where: string, hint: string): unknown {
  if (!(error instanceof ServiceError)) return error;
  return new ServiceError('TF_CONFIG', error.message, { where, hint, cause: error.cause });
}
