import type { HashKind } from '../core/index.js';
import { codeAt } from './code-at.js';

export interface NormalHash {
  readonly kind: HashKind;
  /** Lower-case hex digits. */
  readonly value: string;
}

/** The kind of hash that has this many hex digits; undefined for every other length. */
export function hashKindOfLength(length: number): HashKind | undefined {
  switch (length) {
    case 32:
      return 'md5';
    case 40:
      return 'sha1';
    case 64:
      return 'sha256';
    default:
      return undefined;
  }
}

/** Whether a UTF-16 code unit is one of `0-9 a-f A-F`. */
export function isHexDigit(code: number): boolean {
  return (
    (code >= 0x30 && code <= 0x39) ||
    (code >= 0x61 && code <= 0x66) ||
    (code >= 0x41 && code <= 0x46)
  );
}

/**
 * An MD5, SHA-1 or SHA-256 in any letter case, blanks around it allowed; the length decides the
 * kind. Undefined for anything else.
 */
export function normaliseHash(text: string): NormalHash | undefined {
  const trimmed = text.trim();
  const kind = hashKindOfLength(trimmed.length);
  if (kind === undefined) return undefined;
  for (let at = 0; at < trimmed.length; at++) {
    if (!isHexDigit(codeAt(trimmed, at))) return undefined;
  }
  return { kind, value: trimmed.toLowerCase() };
}
