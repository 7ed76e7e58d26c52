import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import { messageOf, ServiceError } from '../../../core/index.js';
import type { Access } from '../source.js';

export interface TlsMaterial {
  readonly ca?: Buffer;
  readonly cert?: Buffer;
  readonly key?: Buffer;
  readonly passphrase?: string;
}

/**
 * Reads the PEM files of an access, and has OpenSSL try them, so that a wrong file is told as such
 * and not as a failure of the connection. Throws ServiceError TF_CONFIG.
 */
export async function readTlsFiles(
  tls: Access['tls'],
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
        hint: `name a PEM file in tls.${setting} that the service may read`,
        cause: error,
      });
    }
  };
  const cert = tls.cert === undefined ? undefined : await read('cert', tls.cert);
  const key = tls.key === undefined ? cert : await read('key', tls.key);
  const material: TlsMaterial = {
    ...(tls.ca === undefined ? {} : { ca: await read('ca', tls.ca) }),
    ...(cert === undefined || key === undefined ? {} : { cert, key }),
    ...(tls.passphrase === undefined ? {} : { passphrase: tls.passphrase }),
  };
  try {
    createSecureContext({ ...material });
    if (cert !== undefined) checkValidity(cert, tls.cert ?? '', where, nowMs);
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

function checkValidity(cert: Buffer, path: string, where: string, nowMs: number): void {
  const { validTo } = new X509Certificate(cert);
  if (Date.parse(validTo) >= nowMs) return;
  throw new ServiceError('TF_CONFIG', `the certificate ${path} expired on ${validTo}`, {
    where,
    hint: 'ask the supplier of the feed for a new one',
  });
}
