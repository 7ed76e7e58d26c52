import type { AskedThing } from '../asked-thing.js';
import { FetchError } from './fetch-error.js';

/** Where our certificate is set; undefined when there is none. */
export type CertificateSetting = 'tls.cert' | 'tls.pfx' | undefined;

type Hint = string | ((noun: string, certificate: CertificateSetting) => string);
type Fault = readonly [meaning: string, hint: Hint];

const unknownAuthority: Hint = (noun) =>
  `set tls.ca of the ${noun} to the PEM file of the authority that signed it (for a self-signed certificate: the certificate itself)`;
const clientCertificate: Hint = (noun, certificate) =>
  `set ${certificate === 'tls.pfx' ? certificate : 'tls.cert (and tls.key)'} of the ${noun} to a certificate this server trusts`;
const noTls: Fault = ['the server does not speak TLS on this port', 'use http://, or its TLS port'];
const oldTls: Fault = [
  'the server offers only TLS below 1.2',
  'ask its operator for TLS 1.2 or 1.3',
];
const notKnown: Fault = [
  "the authority of the server's certificate is not known",
  unknownAuthority,
];
const refused: Fault = ['the server refused our client certificate', clientCertificate];
const demanded: Fault = ['the server demands a client certificate', clientCertificate];

/** By the codes of Node (verification of X.509) and OpenSSL (alerts of the server). */
const faults: Readonly<Record<string, Fault>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: ["the server's certificate is self-signed", unknownAuthority],
  SELF_SIGNED_CERT_IN_CHAIN: notKnown,
  UNABLE_TO_GET_ISSUER_CERT: notKnown,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: notKnown,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: notKnown,
  CERT_SIGNATURE_FAILURE: [
    "the server's certificate was signed by another authority",
    unknownAuthority,
  ],
  CERT_HAS_EXPIRED: [
    "the server's certificate has expired",
    'ask its operator to renew it, or correct the clock of this machine',
  ],
  CERT_NOT_YET_VALID: [
    "the server's certificate is not valid yet",
    'correct the clock of this machine',
  ],
  ERR_SSL_WRONG_VERSION_NUMBER: noTls,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: noTls,
  ERR_SSL_UNSUPPORTED_PROTOCOL: oldTls,
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: oldTls,
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: demanded,
  ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE: ['the server refused the handshake', clientCertificate],
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: refused,
  ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE: refused,
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN: refused,
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_REVOKED: [
    'our client certificate was revoked',
    clientCertificate,
  ],
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED: [
    'our client certificate has expired',
    (_noun, certificate = 'tls.cert') => `renew ${certificate}`,
  ],
};

/** A failure of TLS, said so that people know which file or name to change; undefined when it is none. */
export function tlsFault(
  error: unknown,
  code: string,
  where: string,
  expectedName: string,
  what: AskedThing,
  certificate: CertificateSetting,
): FetchError | undefined {
  const fault: Fault | undefined =
    code === 'ERR_TLS_CERT_ALTNAME_INVALID'
      ? [
          `the server's certificate is not for "${expectedName}" but for ${namesOf(error)}`,
          'use a name of the certificate in the address, or ask the operator to renew it',
        ]
      : faults[code];
  if (fault === undefined) return undefined;
  const [meaning, hint] = fault;
  return new FetchError(what.code, meaning, {
    where,
    hint: typeof hint === 'string' ? hint : hint(what.noun, certificate),
    cause: error,
  });
}

/** The names in the certificate; undici may have wrapped the error that knows it. */
function namesOf(error: unknown): string {
  const { cert, cause } = error as {
    cert?: { subject?: { CN?: unknown }; subjectaltname?: unknown };
    cause?: unknown;
  };
  if (cert === undefined && typeof cause === 'object' && cause !== null) return namesOf(cause);
  const alternative = cert?.subjectaltname;
  if (typeof alternative === 'string' && alternative !== '') return alternative.slice(0, 300);
  const common = cert?.subject?.CN;
  return typeof common === 'string' ? `CN=${common.slice(0, 300)}` : 'no name at all';
}
