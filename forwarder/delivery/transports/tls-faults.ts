import { messageOf, ServiceError } from '../../core/index.js';
import { codeOf, collectorFault } from './network-faults.js';

/** Why TLS failed: the values of the label `reason` of `tf_delivery_tls_failures_total`. */
export type TlsFailureReason =
  | 'unknown_authority'
  | 'self_signed'
  | 'wrong_name'
  | 'expired'
  | 'not_yet_valid'
  | 'no_tls'
  | 'no_answer'
  | 'old_version'
  | 'client_certificate'
  | 'handshake_refused'
  | 'unusable_file'
  | 'other';

type Fault = readonly [reason: TlsFailureReason, meaning: string, hint: string];

/** A failure of TLS itself: of certificates, of versions, of the files for them. */
export class TlsFailure extends ServiceError {
  readonly reason: TlsFailureReason;

  constructor(reason: TlsFailureReason, ...[code, message, details]: ServiceErrorParameters) {
    super(code, message, details);
    this.reason = reason;
  }
}

type ServiceErrorParameters = ConstructorParameters<typeof ServiceError>;

const unknownAuthority =
  'set "ca" of this collector to the PEM file of the authority that signed it (for a self-signed certificate: the certificate itself)';
const clientCertificate =
  'set "cert" and "key" to a client certificate the collector trusts, or look into its log';

/** By the codes of Node (X509 verification) and OpenSSL (alerts of the peer). */
const faults: Readonly<Record<string, Fault>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: [
    'self_signed',
    "the collector's certificate is self-signed",
    unknownAuthority,
  ],
  SELF_SIGNED_CERT_IN_CHAIN: [
    'unknown_authority',
    'the authority of the certificate is not trusted',
    unknownAuthority,
  ],
  UNABLE_TO_GET_ISSUER_CERT: [
    'unknown_authority',
    'the authority of the certificate is not known',
    unknownAuthority,
  ],
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: [
    'unknown_authority',
    'the authority of the certificate is not known',
    unknownAuthority,
  ],
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: [
    'unknown_authority',
    'the authority of the certificate is not known',
    unknownAuthority,
  ],
  CERT_SIGNATURE_FAILURE: [
    'unknown_authority',
    'the certificate was signed by another authority',
    unknownAuthority,
  ],
  CERT_HAS_EXPIRED: [
    'expired',
    "the collector's certificate has expired",
    'renew it, or correct the clock of this machine',
  ],
  CERT_NOT_YET_VALID: [
    'not_yet_valid',
    "the collector's certificate is not valid yet",
    'correct the clock of this machine',
  ],
  ERR_SSL_WRONG_VERSION_NUMBER: [
    'no_tls',
    'the collector does not speak TLS on this port',
    'use tcp://, or the port of its TLS listener (usually 6514)',
  ],
  ERR_SSL_PACKET_LENGTH_TOO_LONG: [
    'no_tls',
    'the collector does not speak TLS on this port',
    'use tcp://, or the port of its TLS listener (usually 6514)',
  ],
  ERR_SSL_UNSUPPORTED_PROTOCOL: [
    'old_version',
    'the collector offers only TLS below 1.2',
    'switch TLS 1.2 or 1.3 on at the collector',
  ],
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: [
    'old_version',
    'the collector offers only TLS below 1.2',
    'switch TLS 1.2 or 1.3 on at the collector',
  ],
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: [
    'client_certificate',
    'the collector wants a client certificate',
    clientCertificate,
  ],
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: [
    'client_certificate',
    'the collector does not trust our client certificate',
    clientCertificate,
  ],
  ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE: [
    'client_certificate',
    'the collector refused our client certificate',
    clientCertificate,
  ],
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED: [
    'client_certificate',
    'our client certificate has expired',
    'renew "cert" and "key"',
  ],
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN: [
    'client_certificate',
    'the collector refused our client certificate',
    clientCertificate,
  ],
  ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE: [
    'handshake_refused',
    'the collector refused the handshake',
    clientCertificate,
  ],
};

/** A failure of a TLS connection, said so that the operator knows which file or name to change. */
export function tlsFault(url: string, error: unknown, expectedName: string): ServiceError {
  if (error instanceof ServiceError) return error;
  const code = codeOf(error);
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return fault(url, error, [
      'wrong_name',
      `the certificate is not for "${expectedName}" but for ${namesOf(error)}`,
      'set "serverName" of this collector to a name in its certificate, or renew the certificate',
    ]);
  }
  const known = faults[code];
  if (known !== undefined) return fault(url, error, known);
  if (!ofTls.test(code)) return collectorFault(url, error);
  const { message, hint } = collectorFault(url, error);
  return fault(url, error, ['other', message, hint ?? "look into the collector's log"]);
}

/** Codes of OpenSSL, of Node's TLS, and of the verification of certificates (x509_vfy.h). */
const ofTls =
  /^(ERR_SSL_|ERR_TLS_|ERR_OSSL_|CERT_|CRL_|UNABLE_TO_|ERROR_IN_CERT_|INVALID_CA|PATH_LENGTH)/;

/** The connection is up, but the peer says nothing to our ClientHello: as a plain syslog port does. */
export function noAnswer(url: string): TlsFailure {
  return fault(url, undefined, [
    'no_answer',
    'the collector accepts connections but does not answer the TLS handshake',
    'use the port of its TLS listener (usually 6514), or tcp:// if it has none; it may also hang',
  ]);
}

/** A file of certificate or key that OpenSSL does not take. */
export function unusableFile(url: string, error: unknown): TlsFailure {
  return new TlsFailure(
    'unusable_file',
    'TF_CONFIG',
    `certificate or key cannot be used: ${messageOf(error)}`,
    {
      where: url,
      hint: '"ca", "cert" and "key" are PEM files; "key" belongs to "cert" and "passphrase" opens it',
      cause: error,
    },
  );
}

function fault(url: string, cause: unknown, [reason, meaning, hint]: Fault): TlsFailure {
  const details = { where: url, hint, retryable: true, cause };
  return new TlsFailure(reason, 'TF_COLLECTOR', meaning, details);
}

/** The names in the certificate, from the error Node makes (`cert` is the peer's certificate). */
function namesOf(error: unknown): string {
  const cert = (error as { cert?: { subject?: { CN?: unknown }; subjectaltname?: unknown } }).cert;
  const alternative = cert?.subjectaltname;
  if (typeof alternative === 'string' && alternative !== '') return alternative.slice(0, 300);
  const common = cert?.subject?.CN;
  return typeof common === 'string' ? `CN=${common.slice(0, 300)}` : 'no name at all';
}
