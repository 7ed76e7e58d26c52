import { messageOf, ServiceError } from '../../core/index.js';
import { codeOf, collectorFault } from './network-faults.js';

type Fault = readonly [meaning: string, hint: string];

const unknownAuthority =
  'set "ca" of this collector to the PEM file of the authority that signed it (for a self-signed certificate: the certificate itself)';
const clientCertificate =
  'set "cert" and "key" to a client certificate the collector trusts, or look into its log';

/** By the codes of Node (X509 verification) and OpenSSL (alerts of the peer). */
const faults: Readonly<Record<string, Fault>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: ["the collector's certificate is self-signed", unknownAuthority],
  SELF_SIGNED_CERT_IN_CHAIN: ['the authority of the certificate is not trusted', unknownAuthority],
  UNABLE_TO_GET_ISSUER_CERT: ['the authority of the certificate is not known', unknownAuthority],
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: [
    'the authority of the certificate is not known',
    unknownAuthority,
  ],
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: [
    'the authority of the certificate is not known',
    unknownAuthority,
  ],
  CERT_SIGNATURE_FAILURE: ['the certificate was signed by another authority', unknownAuthority],
  CERT_HAS_EXPIRED: [
    "the collector's certificate has expired",
    'renew it, or correct the clock of this machine',
  ],
  CERT_NOT_YET_VALID: [
    "the collector's certificate is not valid yet",
    'correct the clock of this machine',
  ],
  ERR_SSL_WRONG_VERSION_NUMBER: [
    'the collector does not speak TLS on this port',
    'use tcp://, or the port of its TLS listener (usually 6514)',
  ],
  ERR_SSL_PACKET_LENGTH_TOO_LONG: [
    'the collector does not speak TLS on this port',
    'use tcp://, or the port of its TLS listener (usually 6514)',
  ],
  ERR_SSL_UNSUPPORTED_PROTOCOL: [
    'the collector offers only TLS below 1.2',
    'switch TLS 1.2 or 1.3 on at the collector',
  ],
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: [
    'the collector offers only TLS below 1.2',
    'switch TLS 1.2 or 1.3 on at the collector',
  ],
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: [
    'the collector wants a client certificate',
    clientCertificate,
  ],
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: [
    'the collector does not trust our client certificate',
    clientCertificate,
  ],
  ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE: [
    'the collector refused our client certificate',
    clientCertificate,
  ],
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED: [
    'our client certificate has expired',
    'renew "cert" and "key"',
  ],
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN: [
    'the collector refused our client certificate',
    clientCertificate,
  ],
  ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE: ['the collector refused the handshake', clientCertificate],
};

/** A failure of a TLS connection, said so that the operator knows which file or name to change. */
export function tlsFault(url: string, error: unknown, expectedName: string): ServiceError {
  if (error instanceof ServiceError) return error;
  const code = codeOf(error);
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return fault(url, error, [
      `the certificate is not for "${expectedName}" but for ${namesOf(error)}`,
      'set "serverName" of this collector to a name in its certificate, or renew the certificate',
    ]);
  }
  const known = faults[code];
  return known === undefined ? collectorFault(url, error) : fault(url, error, known);
}

/** A file of certificate or key that OpenSSL does not take. */
export function unusableFile(url: string, error: unknown): ServiceError {
  return new ServiceError('TF_CONFIG', `certificate or key cannot be used: ${messageOf(error)}`, {
    where: url,
    hint: '"ca", "cert" and "key" are PEM files; "key" belongs to "cert" and "passphrase" opens it',
    cause: error,
  });
}

function fault(url: string, cause: unknown, [meaning, hint]: Fault): ServiceError {
  return new ServiceError('TF_COLLECTOR', meaning, { where: url, hint, retryable: true, cause });
}

/** The names in the certificate, from the error Node makes (`cert` is the peer's certificate). */
function namesOf(error: unknown): string {
  const cert = (error as { cert?: { subject?: { CN?: unknown }; subjectaltname?: unknown } }).cert;
  const alternative = cert?.subjectaltname;
  if (typeof alternative === 'string' && alternative !== '') return alternative.slice(0, 300);
  const common = cert?.subject?.CN;
  return typeof common === 'string' ? `CN=${common.slice(0, 300)}` : 'no name at all';
}
