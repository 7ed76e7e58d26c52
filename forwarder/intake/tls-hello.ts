/** The first two bytes of a TLS handshake record (RFC 8446, section 5.1). No event begins so. */
const tlsHandshake = 0x16;
const tlsMajorVersion = 0x03;

/** Whether the first bytes of a connection are the start of TLS. */
export function isTlsHello(chunk: Uint8Array): boolean {
  return chunk[0] === tlsHandshake && (chunk.length < 2 || chunk[1] === tlsMajorVersion);
}
