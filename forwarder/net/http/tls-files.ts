import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import { messageOf, ServiceError } from '../../core/index.js';
import type { Access } from '../access.js';
import type { AskedThing } from '../asked-thing.js';
import type { CertificateSetting } from './tls-faults.js';

export interface TlsMaterial {
  readonly ca?: Buffer;
  readonly cert?: Buffer;
  readonly key?: Buffer;
  readonly pfx?: Buffer;
  readonly passphrase?: string;
}

/** Where the certificate that is shown was set. */
export function certificateSetting({ cert, pfx }: TlsMaterial): CertificateSetting {
  if (pfx !== undefined) return 'tls.pfx';
  return cert === undefined ? undefined : 'tls.cert';
}

/**
 * Reads the files of an access, and has OpenSSL try them, so that a wrong file is told as such and
 * not as a failure of the connection. Throws ServiceError TF_CONFIG.
 */
export async function readTlsFiles(
  tls: Access['tls'],
  what: AskedThing,
  where: string,
  nowMs: number,
): Promise<TlsMaterial> {
  if (tls === undefined) return {};
  const read = async (setting: string, path: string): Promise<Buffer> => {
    try {
      return await readFile(path);
    } catch (error) {
      throw new ServiceError('TF_CONFIG', `cannot read ${path}: ${messageOf(error)}`, {
        where,
        hint: `name a ${setting === 'pfx' ? 'PKCS #12' : 'PEM'} file in tls.${setting} that the service may read`,
        cause: error,
      });
    }
  };
  if (tls.pfx !== undefined && (tls.cert ?? tls.key) !== undefined) throw twoCertificates(where);
  const cert = tls.cert === undefined ? undefined : await read('cert', tls.cert);
  const key = tls.key === undefined ? cert : await read('key', tls.key);
  const material: TlsMaterial = {
    ...(tls.ca === undefined ? {} : { ca: await read('ca', tls.ca) }),
    ...(cert === undefined || key === undefined ? {} : { cert, key }),
    ...(tls.pfx === undefined ? {} : { pfx: await read('pfx', tls.pfx) }),
    ...(tls.passphrase === undefined ? {} : { passphrase: tls.passphrase }),
  };
  // The file of PKCS #12 first and alone, so that it is known which one is at fault.
  if (material.pfx !== undefined) tryPfx(material.pfx, tls.passphrase, tls.pfx ?? '', where);
  try {
    if (material.ca !== undefined) checkAuthorities(material.ca);
    createSecureContext({ ...material });
    if (cert !== undefined) checkValidity(cert, tls.cert ?? '', what, where, nowMs);
  } catch (error) {
    if (error instanceof ServiceError) throw error;
    throw new ServiceError('TF_CONFIG', `the certificate cannot be used: ${messageOf(error)}`, {
      where,
      hint: 'tls.ca, tls.cert and tls.key are PEM files; the key belongs to the certificate, stands in tls.key or in the file of tls.cert, and tls.passphrase opens it',
      cause: error,
    });
  }
  return material;
}

function twoCertificates(where: string): ServiceError {
  return new ServiceError('TF_CONFIG', 'there are two client certificates', {
    where,
    hint: 'set tls.pfx, or tls.cert and tls.key, not both',
  });
}

function tryPfx(pfx: Buffer, passphrase: string | undefined, path: string, where: string): void {
  try {
    createSecureContext({ pfx, ...(passphrase === undefined ? {} : { passphrase }) });
  } catch (error) {
    const message = messageOf(error);
    throw new ServiceError('TF_CONFIG', `the file ${path} cannot be opened: ${message}`, {
      where,
      hint: pfxHint(message),
      cause: error,
    });
  }
}

/** By the words of OpenSSL; it has no codes for them. */
function pfxHint(message: string): string {
  if (/mac verify failure/i.test(message)) {
    return 'correct tls.passphrase: it does not open the file of tls.pfx';
  }
  if (/unsupported/i.test(message)) {
    return 'the file is locked with ciphers of old: export it anew with AES-256, or set tls.cert and tls.key to PEM files of it';
  }
  return 'tls.pfx is a file of PKCS #12 (.p12, .pfx) with certificate and key; PEM files are set in tls.cert and tls.key';
}

/** OpenSSL passes over a file without a certificate in PEM, and then trusts nobody. */
function checkAuthorities(ca: Buffer): void {
  if (!ca.includes('-----BEGIN ')) throw new Error('there is no PEM in the file of authorities');
  new X509Certificate(ca);
}

function checkValidity(
  cert: Buffer,
  path: string,
  { noun }: AskedThing,
  where: string,
  nowMs: number,
): void {
  const { validTo } = new X509Certificate(cert);
  if (Date.parse(validTo) >= nowMs) return;
  throw new ServiceError('TF_CONFIG', `the certificate ${path} expired on ${validTo}`, {
    where,
    hint: `ask the supplier of the ${noun} for a new one`,
  });
}
