import { messageOf } from '../core/index.js';
import { codeOf } from './listen-error.js';

/** A peer's address; an IPv4-mapped IPv6 address as IPv4, `unknown` once the peer is gone. */
export function peerAddress(address: string | undefined): string {
  if (address === undefined || address === '') return 'unknown';
  const mapped = /^::ffff:(\d{1,3}(?:\.\d{1,3}){3})$/i.exec(address);
  return mapped?.[1] ?? address;
}

/** Says in words what went wrong in a TLS handshake, where the usual codes tell. */
export function tlsFailureHint(error: unknown, listener: string): string {
  switch (codeOf(error)) {
    case 'ERR_SSL_WRONG_VERSION_NUMBER':
    case 'ERR_SSL_HTTP_REQUEST':
    case 'ERR_SSL_PACKET_LENGTH_TOO_LONG':
    case 'ERR_SSL_BAD_RECORD_TYPE':
      return 'the client speaks plain text to the TLS port';
    case 'ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE':
      return `the client has no certificate, and intake.${listener}.tls.clientCa asks for one`;
    case 'ERR_SSL_UNSUPPORTED_PROTOCOL':
    case 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION':
      return 'the client speaks a TLS version below 1.2';
    case 'ECONNRESET':
      return 'the client closed the connection before it was set up; it may not trust our certificate';
    default:
      return opensslReason(error) ?? messageOf(error).trim();
  }
}

/** The readable part of an OpenSSL error; its message also names lines of OpenSSL's own source. */
function opensslReason(error: unknown): string | undefined {
  const reason =
    typeof error === 'object' && error !== null && 'reason' in error ? error.reason : undefined;
  return typeof reason === 'string' ? reason : undefined;
}
