import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';

import { bad, messageOf, ok } from '../../../core/index.js';
import type { Result } from '../../../core/index.js';
import type { Certificate } from './answers.js';

/** Why a file cannot be used as a certificate. */
export type CertificateProblem =
  | { readonly kind: 'bad'; readonly text: string }
  /** Its key is encrypted, and no pass-phrase was given. */
  | { readonly kind: 'needs-passphrase' }
  | { readonly kind: 'wrong-passphrase' };

type Read<Value> = Result<Value, CertificateProblem>;

const maxBytes = 2 ** 20;
const dayMs = 86_400_000;
const pemBlock = /-----BEGIN ([A-Z0-9 ]+)-----[^]+?-----END \1-----/g;

/**
 * Reads a PEM file that must hold a certificate that is valid now and its private key. `path` is
 * absolute; the pass-phrase is that of an encrypted key.
 */
export function readCertificate(
  path: string,
  passphrase: string | undefined,
  nowMs: number,
): Read<Omit<Certificate, 'passphrase'>> {
  const file = readText(path);
  if (!file.ok) return file;
  const blocks = [...file.value.matchAll(pemBlock)].map(([text, label = '']) => ({ text, label }));
  const keyBlock = blocks.find(({ label }) => label.endsWith('PRIVATE KEY'));
  const certificates = blocks.filter(({ label }) => /^(?:X509 )?CERTIFICATE$/.test(label));
  if (blocks.length === 0) return bad(noPem(file.value));
  if (certificates.length === 0) return refuse('it holds no certificate (BEGIN CERTIFICATE)');
  if (keyBlock === undefined) {
    return refuse('it holds no private key (BEGIN PRIVATE KEY): put both into one file');
  }
  const parsed = parseAll(certificates.map(({ text }) => text));
  if (!parsed.ok) return parsed;
  const key = readKey(keyBlock.text, passphrase);
  if (!key.ok) return key;
  const leaf = parsed.value.find((certificate) => certificate.checkPrivateKey(key.value));
  if (leaf === undefined) return refuse('its private key belongs to another certificate');
  const [fromMs, validToMs] = [Date.parse(leaf.validFrom), Date.parse(leaf.validTo)];
  if (validToMs < nowMs) return refuse(`the certificate expired on ${day(validToMs)}`);
  if (fromMs > nowMs) {
    return refuse(`the certificate is not valid before ${day(fromMs)}; is the clock right?`);
  }
  // The order servers want: the certificate itself, then those above it.
  const chain = parsed.value.filter((certificate) => certificate !== leaf);
  const texts = [leaf, ...chain].map((certificate) => certificate.toString().trimEnd());
  return ok({
    source: path,
    copyText: `${[...texts, keyBlock.text].join('\n')}\n`,
    subject: leaf.subject.replaceAll('\n', ', '),
    validToMs,
  });
}

/** Whether it ends soon enough for a word about it. */
export function endsSoon({ validToMs }: Pick<Certificate, 'validToMs'>, nowMs: number): boolean {
  return validToMs - nowMs < 30 * dayMs;
}

/** `2026-11-21` */
export function day(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(0, 10);
}

function readText(path: string): Read<string> {
  try {
    const stats = statSync(path);
    if (!stats.isFile()) return refuse('it is no file');
    if (stats.size > maxBytes) return refuse('it has more than 1 MiB: that is no certificate');
    return ok(readFileSync(path, 'latin1'));
  } catch (error) {
    return refuse(`it cannot be read (${messageOf(error)})`);
  }
}

function noPem(text: string): CertificateProblem {
  // PKCS#12 and DER begin with a SEQUENCE of ASN.1.
  const hint = text.startsWith('0')
    ? ' but looks like PKCS#12 or DER: openssl pkcs12 -in FILE -out FILE.pem makes PEM of PKCS#12'
    : '';
  return { kind: 'bad', text: `it is no PEM file${hint}` };
}

function parseAll(texts: readonly string[]): Read<readonly X509Certificate[]> {
  try {
    return ok(texts.map((text) => new X509Certificate(text)));
  } catch (error) {
    return refuse(`its certificate is damaged (${messageOf(error)})`);
  }
}

function readKey(text: string, passphrase: string | undefined): Read<KeyObject> {
  const isEncrypted = /BEGIN ENCRYPTED PRIVATE KEY|^Proc-Type: 4,ENCRYPTED/m.test(text);
  if (isEncrypted && passphrase === undefined) return bad({ kind: 'needs-passphrase' });
  try {
    return ok(createPrivateKey({ key: text, ...(isEncrypted ? { passphrase } : {}) }));
  } catch (error) {
    if (isEncrypted) return bad({ kind: 'wrong-passphrase' });
    return refuse(`its private key is damaged (${messageOf(error)})`);
  }
}

function refuse(text: string): { readonly ok: false; readonly problem: CertificateProblem } {
  return bad({ kind: 'bad', text });
}
