import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Why TLS cannot be tested here; undefined when it can. */
export const tlsObstacle: string | undefined =
  spawnSync('openssl', ['version']).status === 0
    ? undefined
    : 'skipped: the openssl command is not installed';

export interface KeyPair {
  readonly cert: Buffer;
  readonly key: Buffer;
}

export interface Certificates {
  /** Certificate of the authority that signed both pairs. */
  readonly ca: Buffer;
  readonly server: KeyPair;
  readonly client: KeyPair;
  /** A client certificate of an authority nobody trusts. */
  readonly stranger: KeyPair;
}

/** Makes an authority, a server's certificate for 127.0.0.1, a client's and a stranger's. */
export function makeCertificates(): Certificates {
  const folder = mkdtempSync(join(tmpdir(), 'intake-tls-'));
  const openssl = (...args: readonly string[]): void => {
    execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  };
  const selfSigned = (name: string): void => {
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
    const out = ['-keyout', `${name}.key`, '-out', `${name}.pem`];
    openssl('req', '-x509', ...key, ...out, '-subj', `/CN=${name}`, '-days', '2');
  };
  const signed = (name: string): void => {
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
    openssl('req', ...key, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${name}`);
    writeFileSync(join(folder, 'extensions'), 'subjectAltName=IP:127.0.0.1\n');
    const authority = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial'];
    const out = ['-out', `${name}.pem`, '-days', '2', '-extfile', 'extensions'];
    openssl('x509', '-req', '-in', `${name}.csr`, ...authority, ...out);
  };
  const pair = (name: string): KeyPair => ({
    cert: readFileSync(join(folder, `${name}.pem`)),
    key: readFileSync(join(folder, `${name}.key`)),
  });
  try {
    selfSigned('ca');
    selfSigned('stranger');
    signed('server');
    signed('client');
    return {
      ca: pair('ca').cert,
      server: pair('server'),
      client: pair('client'),
      stranger: pair('stranger'),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
