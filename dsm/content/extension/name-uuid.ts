import { createHash } from 'node:crypto';

/** The name space of this project's ids: any UUID does, as long as it stays. */
const nameSpace = 'd4f4a1b2-6f0e-5c83-9a57-2b1c0e7d9f36';

/**
 * The id of a thing by its name: a UUID of version 5 (RFC 9562, 5.5), so that every release gives the same
 * thing the same id and a console changes it rather than having it twice.
 *
 *     nameUuid('qidmap', 'KL_Malicious_URL')
 */
export function nameUuid(kind: string, name: string): string {
  const hash = createHash('sha1')
    .update(Buffer.from(nameSpace.replaceAll('-', ''), 'hex'))
    .update(`${kind}/${name}`, 'utf8')
    .digest();
  const bytes = hash.subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x50, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return [[0, 8], [8, 12], [12, 16], [16, 20], [20]]
    .map(([from, to]) => hex.slice(from, to))
    .join('-');
}
