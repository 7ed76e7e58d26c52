import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { type Certificate, createAuthority } from '../support/certificates.js';
import type { ClientCertificate } from './test-portal.js';

/** What the portal of the tests shows, and its clients. */
export interface PortalCertificates {
  readonly caFile: string;
  readonly ca: Buffer;
  readonly server: Certificate;
  readonly client: ClientCertificate;
  /** Of another authority. */
  readonly stranger: ClientCertificate;
  remove(): void;
}

const passphrase = 'tests only';

/** Makes them with openssl, in temporary folders that remove() takes away. */
export function makePortalCertificates(isServerExpired: boolean): PortalCertificates {
  const folder = mkdtempSync(join(tmpdir(), 'tf-portal-'));
  const authority = createAuthority('test portal');
  const other = createAuthority('another authority');
  return {
    caFile: authority.certFile,
    ca: authority.cert,
    server: authority.issue({
      name: 'portal',
      names: 'IP:127.0.0.1,DNS:localhost',
      isExpired: isServerExpired,
    }),
    client: clientFiles(folder, 'client', authority.issue({ name: 'client', names: 'DNS:client' })),
    stranger: clientFiles(
      folder,
      'stranger',
      other.issue({ name: 'stranger', names: 'DNS:stranger' }),
    ),
    remove: () => {
      authority.remove();
      other.remove();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The forms in which the portal hands out a certificate, or people convert it to. */
function clientFiles(folder: string, name: string, pair: Certificate): ClientCertificate {
  const pemFile = join(folder, `${name}.pem`);
  const encryptedPemFile = join(folder, `${name}-encrypted.pem`);
  const p12File = join(folder, `${name}.p12`);
  const secret = { mode: 0o600 } as const;
  writeFileSync(pemFile, Buffer.concat([pair.cert, pair.key]), secret);
  const openssl = (...parameters: string[]): void => {
    execFileSync('openssl', parameters, {
      stdio: 'pipe',
      env: { ...process.env, TF_TEST_PASSPHRASE: passphrase },
    });
  };
  openssl(
    ...['pkcs12', '-export', '-in', pair.certFile, '-inkey', pair.keyFile],
    ...['-out', p12File, '-passout', 'env:TF_TEST_PASSPHRASE'],
  );
  openssl(
    ...['pkcs8', '-topk8', '-v2', 'aes-256-cbc', '-in', pair.keyFile],
    ...['-out', encryptedPemFile, '-passout', 'env:TF_TEST_PASSPHRASE'],
  );
  appendFileSync(encryptedPemFile, readFileSync(pair.certFile));
  return { pemFile, encryptedPemFile, p12File, passphrase, name };
}
