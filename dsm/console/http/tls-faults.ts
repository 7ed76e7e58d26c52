import type { PeerCertificate } from 'node:tls';

import { ConsoleError } from '../console-error.js';
import { causeOf, printed, type Hide } from './printed.js';

type Fault = readonly [meaning: string, hint: string];

const noTls: Fault = [
  'the console does not speak TLS on this port',
  "name the port of the console's HTTPS, usually 443",
];
const nameAuthority =
  'name the PEM file of the authority that signed it: --ca FILE, or console.tls.ca in forwarder.yaml';

/** By the codes of OpenSSL: what is wrong beside the certificate. */
const handshakeFaults: Readonly<Record<string, Fault>> = {
  ERR_SSL_WRONG_VERSION_NUMBER: noTls,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: noTls,
  ERR_SSL_UNSUPPORTED_PROTOCOL: [
    'the console offers only TLS below 1.2',
    'allow TLS 1.2 or 1.3 on the console',
  ],
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: [
    'the console offers only TLS below 1.2',
    'allow TLS 1.2 or 1.3 on the console',
  ],
  ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE: [
    'the console refused the TLS handshake',
    'check that the address is of the console itself, not of a gateway that wants a certificate',
  ],
};

/** A handshake that failed; undefined when the error is of another kind. */
export function handshakeFault(
  error: unknown,
  code: string,
  where: string,
  hide: Hide,
): ConsoleError | undefined {
  const fault = handshakeFaults[code];
  if (fault === undefined) return undefined;
  const [meaning, hint] = fault;
  return new ConsoleError('TF_CONFIG', meaning, { where, hint, cause: causeOf(error, hide) });
}

/**
 * A certificate that was not accepted, by the code of Node's verification, said so that people know
 * what to compare or which option to give.
 */
export function certificateFault(
  code: string,
  certificate: PeerCertificate,
  expectedName: string,
  where: string,
): ConsoleError {
  const [meaning, hint] = meaningOf(code, certificate, expectedName);
  return new ConsoleError('TF_CONFIG', meaning, { where, hint });
}

function meaningOf(code: string, certificate: PeerCertificate, expectedName: string): Fault {
  const byAuthority = `${nameAuthority}; or compare its SHA-256 fingerprint, ${certificate.fingerprint256}, with the one the console shows, and give it with --fingerprint`;
  switch (code) {
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
      return [
        "the console's certificate is self-signed",
        `compare its SHA-256 fingerprint, ${certificate.fingerprint256}, with the one the console shows (openssl x509 -noout -fingerprint -sha256 there), then give it with --fingerprint; or give the certificate itself with --ca FILE`,
      ];
    case 'CERT_HAS_EXPIRED':
      return [
        `the console's certificate expired on ${printed(certificate.valid_to, 40)}`,
        'renew it on the console, or correct the clock of this machine; --ca does not help, --fingerprint trusts this one certificate',
      ];
    case 'CERT_NOT_YET_VALID':
      return [
        `the console's certificate is not valid before ${printed(certificate.valid_from, 40)}`,
        'correct the clock of this machine, or of the console; --fingerprint trusts this one certificate',
      ];
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return [
        `the console's certificate is not for "${expectedName}" but for ${namesOf(certificate)}`,
        'use a name of the certificate in --console, renew the certificate with this name, or give its fingerprint with --fingerprint',
      ];
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
      return ["the authority of the console's certificate is not known", byAuthority];
    case 'CERT_SIGNATURE_FAILURE':
      return ["the console's certificate was signed by another authority", byAuthority];
    default:
      return [
        `the console's certificate is not accepted (${printed(code, 60)})`,
        'renew it on the console, or name what to trust with --ca or --fingerprint',
      ];
  }
}

function namesOf(certificate: PeerCertificate): string {
  const { subjectaltname: alternative } = certificate;
  if (alternative !== undefined && alternative !== '') return printed(alternative);
  const common = commonName(certificate);
  return common === '' ? 'no name at all' : `CN=${common}`;
}

/** The name of its subject, as it may be shown. */
export function commonName({ subject }: PeerCertificate): string {
  // An empty certificate has no subject; a strange one several names.
  const name: unknown = (subject as PeerCertificate['subject'] | undefined)?.CN;
  return printed(Array.isArray(name) ? name.join(', ') : typeof name === 'string' ? name : '');
}
