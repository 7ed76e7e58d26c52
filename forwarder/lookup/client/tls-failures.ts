import { causeCodes } from './cause-codes.js';
import { failed, type Failed } from './failures.js';

const unknownAuthority =
  'a proxy that reads TLS may stand between: set lookup.ca to the PEM file of its authority';
const anotherCertificate =
  'set lookup.cert to the certificate that the portal gave this account; make or renew it in the portal';

/** What to do, by the codes of Node (verification of X.509) and OpenSSL (alerts of the portal). */
const theirs: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: unknownAuthority,
  SELF_SIGNED_CERT_IN_CHAIN: unknownAuthority,
  UNABLE_TO_GET_ISSUER_CERT: unknownAuthority,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: unknownAuthority,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: unknownAuthority,
  CERT_SIGNATURE_FAILURE: unknownAuthority,
  CERT_HAS_EXPIRED: 'correct the clock of this machine, or ask who runs the portal or the proxy',
  CERT_NOT_YET_VALID: 'correct the clock of this machine',
  ERR_TLS_CERT_ALTNAME_INVALID: 'correct the host of lookup.url',
  ERR_SSL_WRONG_VERSION_NUMBER: 'correct the port of lookup.url',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'correct the port of lookup.url',
  ERR_SSL_UNSUPPORTED_PROTOCOL: 'ask who runs the portal or the proxy for TLS 1.2 or 1.3',
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: 'ask who runs the portal or the proxy for TLS 1.2 or 1.3',
};
const ours: Readonly<Record<string, string>> = {
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: anotherCertificate,
  ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE: anotherCertificate,
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: anotherCertificate,
  ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE: anotherCertificate,
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN: anotherCertificate,
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_REVOKED: anotherCertificate,
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED:
    'renew the certificate in the portal and set lookup.cert to the new one',
};

/**
 * A failure of certificates, the portal's or ours; undefined when it is none. `meaning` is what the
 * layer below says of it.
 */
export function tlsFailure(error: unknown, meaning: string, address: string): Failed | undefined {
  for (const code of causeCodes(error)) {
    const hint = theirs[code] ?? ours[code];
    if (hint !== undefined) return failed('tls', address, { message: meaning, hint });
  }
  return undefined;
}
