import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';

import { bad, ok } from '../../core/index.js';
import type { Result } from '../../core/index.js';

/** What a sealed text begins with, among the forms of a secret in the configuration. */
export const sealedPrefix = 'enc:';

/** 256 bits of randomness; see key-file.ts for where they are kept. */
export type SecretKey = Buffer;

export const keyBytes = 32;

const version = 1;
const keyIdBytes = 4;
const nonceBytes = 12;
const tagBytes = 16;
const headerBytes = 1 + keyIdBytes + nonceBytes;

/** Authenticated beside the header, so that what was sealed for another purpose never opens here. */
const purpose = Buffer.from('threat-forwarder/secret');

/**
 * Seals a text: `enc:` and BASE64 of version (1 byte), key id (4), nonce (12), AES-256-GCM ciphertext,
 * tag (16). Nonces are random: two seals of one text differ. The length of the text shows.
 */
export function sealSecret(text: string, key: SecretKey): string {
  const nonce = randomBytes(nonceBytes);
  const header = Buffer.concat([Buffer.of(version), keyId(key), nonce]);
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes });
  cipher.setAAD(Buffer.concat([purpose, header]));
  const sealed = Buffer.concat([header, cipher.update(text, 'utf8'), cipher.final()]);
  return `${sealedPrefix}${Buffer.concat([sealed, cipher.getAuthTag()]).toString('base64')}`;
}

/**
 * Opens what sealSecret made. A bad result says in words what stands there instead of a text that
 * this key opens; it never holds a part of the text or of the key.
 */
export function openSecret(sealed: string, key: SecretKey): Result<string, string> {
  const encoded = sealed.startsWith(sealedPrefix) ? sealed.slice(sealedPrefix.length) : '';
  const bytes = Buffer.from(encoded, 'base64');
  // Node skips what is no BASE64: only what it would write itself is whole.
  if (encoded === '' || bytes.toString('base64') !== encoded) {
    return bad('a sealed secret that is no BASE64: it was changed or cut');
  }
  if (bytes[0] !== version) {
    return bad(`a sealed secret of a version this program does not know (${bytes[0] ?? 0})`);
  }
  if (bytes.length < headerBytes + tagBytes) return bad('a sealed secret that was cut');
  if (!bytes.subarray(1, 1 + keyIdBytes).equals(keyId(key))) {
    return bad('a secret that was sealed with another key');
  }
  const header = bytes.subarray(0, headerBytes);
  const nonce = header.subarray(1 + keyIdBytes);
  const cipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes });
  cipher.setAAD(Buffer.concat([purpose, header]));
  cipher.setAuthTag(bytes.subarray(-tagBytes));
  try {
    const text = cipher.update(bytes.subarray(headerBytes, -tagBytes));
    return ok(Buffer.concat([text, cipher.final()]).toString('utf8'));
  } catch {
    return bad('a sealed secret that was changed since it was sealed');
  }
}

/** Tells keys apart without telling anything about them. */
function keyId(key: SecretKey): Buffer {
  return createHmac('sha256', key)
    .update('threat-forwarder/key-id')
    .digest()
    .subarray(0, keyIdBytes);
}
