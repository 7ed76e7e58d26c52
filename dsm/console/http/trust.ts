import { X509Certificate } from 'node:crypto';
import type { PeerCertificate, TLSSocket } from 'node:tls';

import type { ConsoleFacts } from '../console-client.js';
import { ConsoleError } from '../console-error.js';
import { certificateFault, commonName } from './tls-faults.js';

/** Whom to trust: without either, the authorities that Node trusts. */
export interface Trust {
  /** Authorities, PEM text. */
  readonly ca: string | undefined;
  /** SHA-256 of the one certificate: 64 hexadecimal digits, small. It wins over `ca`. */
  readonly fingerprint: string | undefined;
}

/** Checks what was given. Throws ConsoleError TF_CONFIG. */
export function trustOf(ca: string | undefined, fingerprint: string | undefined): Trust {
  const digits = fingerprint
    ?.trim()
    .toLowerCase()
    .replace(/^sha-?256[:=]/, '')
    .replaceAll(':', '');
  if (digits !== undefined && !/^[0-9a-f]{64}$/.test(digits)) {
    throw new ConsoleError('TF_CONFIG', 'the fingerprint is no SHA-256', {
      where: 'fingerprint',
      hint: 'write 64 hexadecimal digits, with or without colons (not the SHA-1 of 40)',
    });
  }
  if (ca !== undefined) checkAuthorities(ca);
  return { ca, fingerprint: digits };
}

function checkAuthorities(ca: string): void {
  try {
    new X509Certificate(ca);
  } catch {
    throw new ConsoleError('TF_CONFIG', 'the file of authorities holds no certificate', {
      where: 'ca',
      hint: 'name a PEM file: a text with -----BEGIN CERTIFICATE-----',
    });
  }
}

/**
 * What is wrong with the certificate of a connection that was just opened; undefined when it is
 * trusted. A pinned certificate is compared and nothing else: whoever pins says "this one", also when
 * nobody signed it, it has run out, or it is for another name.
 */
export function distrustOf(
  socket: TLSSocket,
  trust: Trust,
  expectedName: string,
  where: string,
): ConsoleError | undefined {
  const certificate = socket.getPeerCertificate();
  if (trust.fingerprint === undefined) {
    if (socket.authorized) return undefined;
    // Declared an Error; Node sets the code.
    const code = String(socket.authorizationError);
    return certificateFault(code, certificate, expectedName, where);
  }
  const seen = seenFingerprint(certificate);
  if (seen.replaceAll(':', '').toLowerCase() === trust.fingerprint) return undefined;
  return new ConsoleError(
    'TF_CONFIG',
    `the console's certificate is not the pinned one: its SHA-256 fingerprint is ${seen}`,
    {
      where,
      hint: 'if the certificate was renewed, compare with the console and correct --fingerprint (console.tls.fingerprint); if not, something else answers there. Nothing was sent',
    },
  );
}

/** What is told of the console's certificate. */
export function certificateFacts(socket: TLSSocket): ConsoleFacts['certificate'] {
  const certificate = socket.getPeerCertificate();
  const validTo = new Date(certificate.valid_to);
  return {
    fingerprint: seenFingerprint(certificate),
    validTo: Number.isNaN(validTo.getTime()) ? '' : validTo.toISOString(),
    subject: commonName(certificate),
  };
}

/** '' when the peer showed none: then the object is empty. */
function seenFingerprint(certificate: Partial<PeerCertificate>): string {
  return certificate.fingerprint256 ?? '';
}
