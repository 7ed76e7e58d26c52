import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Why certificates cannot be made on this machine; `undefined` when they can. */
export function whyNoCertificates(): string | undefined {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' });
    return undefined;
  } catch {
    return 'the openssl command is not installed';
  }
}

/** Files of one certificate and its key, and their content. */
export interface Certificate {
  readonly certFile: string;
  readonly keyFile: string;
  readonly cert: Buffer;
  readonly key: Buffer;
}

export interface IssueOptions {
  readonly name: string;
  /** `subjectAltName`, e.g. `DNS:localhost,IP:127.0.0.1`. */
  readonly names: string;
  readonly isExpired?: boolean;
}

/** A certificate authority in a temporary folder. */
export interface Authority extends Certificate {
  issue(options: IssueOptions): Certificate;
  remove(): void;
}

const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];

/** Makes an authority with openssl; a few hundredths of a second. remove() it at the end. */
export function createAuthority(name: string): Authority {
  const folder = mkdtempSync(join(tmpdir(), 'tf-certificates-'));
  const openssl = (...parameters: string[]): void => {
    execFileSync('openssl', parameters, { cwd: folder, stdio: 'pipe' });
  };
  const load = (base: string): Certificate => {
    const certFile = join(folder, `${base}.pem`);
    const keyFile = join(folder, `${base}.key`);
    return { certFile, keyFile, cert: readFileSync(certFile), key: readFileSync(keyFile) };
  };
  openssl(
    'req',
    '-x509',
    ...newKey,
    '-keyout',
    'ca.key',
    '-out',
    'ca.pem',
    '-days',
    '2',
    '-subj',
    `/CN=${name}`,
  );
  return {
    ...load('ca'),
    issue({ name: base, names, isExpired = false }) {
      openssl(
        'req',
        '-new',
        ...newKey,
        '-keyout',
        `${base}.key`,
        '-out',
        `${base}.csr`,
        '-subj',
        `/CN=${base}`,
      );
      writeFileSync(join(folder, `${base}.ext`), `subjectAltName=${names}\n`);
      const sign = (...validity: string[]): void => {
        openssl(
          ...['x509', '-req', '-in', `${base}.csr`, '-CA', 'ca.pem', '-CAkey', 'ca.key'],
          ...['-CAcreateserial', '-extfile', `${base}.ext`, '-out', `${base}.pem`, ...validity],
        );
      };
      if (!isExpired) sign('-days', '1');
      else {
        try {
          sign('-days', '-1');
        } catch {
          // Newer versions refuse that, and have options for it.
          sign('-not_before', '20200101000000Z', '-not_after', '20200102000000Z');
        }
      }
      return load(base);
    },
    remove() {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Why TLS cannot be tested here; undefined when it can. */
export const tlsObstacle: string | undefined = whyNoCertificates();

/** What a server and its clients show, as bytes. */
export interface Certificates {
  /** Certificate of the authority that signed server and client. */
  readonly ca: Buffer;
  readonly server: KeyPair;
  readonly client: KeyPair;
  /** A client certificate of an authority nobody trusts. */
  readonly stranger: KeyPair;
}

export interface KeyPair {
  readonly cert: Buffer;
  readonly key: Buffer;
}

/** Makes an authority, a server's certificate for 127.0.0.1, a client's and a stranger's. */
export function makeCertificates(): Certificates {
  const authority = createAuthority('ca');
  const other = createAuthority('stranger');
  try {
    const issue = (name: string): KeyPair =>
      pairOf(authority.issue({ name, names: 'IP:127.0.0.1' }));
    return {
      ca: authority.cert,
      server: issue('server'),
      client: issue('client'),
      stranger: pairOf(other),
    };
  } finally {
    authority.remove();
    other.remove();
  }
}

function pairOf({ cert, key }: Certificate): KeyPair {
  return { cert, key };
}
