import { ServiceError } from '../core/index.js';
import type { DecodedEvent } from '../core/index.js';
import { readPayloadStart } from './syslog-header.js';

export interface LoopGuardOptions {
  /** The log source identifier that our own messages carry as the host of their syslog header. */
  readonly identifier: string;
  /** Log source types whose events are ours; `Kaspersky CyberTrace` by default. */
  readonly logSourceTypes?: readonly string[];
}

/** The log source type JSA's own DSM gives to detections. */
export const defaultLogSourceTypes: readonly string[] = ['Kaspersky CyberTrace'];

/** Sends the verification events; they must come through even if JSA takes them for ours. */
export const verificationTool = 'KL_Verification_Tool';

/** The beginning of every detect, status and evaluation message, version left out. */
const ownLeefStart = 'LEEF:1.0|Kaspersky Lab|Threat Feed Service|';

/**
 * Makes the test for our own messages that JSA forwards back to us: without it each detection would
 * cause the next. An event is ours when
 * - its `logSourceIdentifier` is our identifier, or
 * - its `logSource` is our identifier or ends with ` @ ` and our identifier, or
 * - its `logSourceType` is one of the listed types, or
 * - its payload (a raw event: its text) has our identifier as the host of its syslog header, or
 *   begins, after that header, like our LEEF messages.
 *
 * Letter case of identifiers and types is ignored (ASCII only). A mention of our name anywhere else
 * (later lines, other fields, the profile's `name`) is no loop. Events of `KL_Verification_Tool` are
 * never ours. Throws ServiceError TF_CONFIG when no host could be called `identifier`.
 */
export function createLoopGuard(options: LoopGuardOptions): (event: DecodedEvent) => boolean {
  const { identifier, logSourceTypes = defaultLogSourceTypes } = options;
  checkIdentifier(identifier);

  return (event) => {
    if (event.kind === 'raw') return isOwnText(event.text, identifier) === 'ours';
    const sourceIdentifier = event.fields.get('logSourceIdentifier');
    const source = event.fields.get('logSource');
    if (isSame(sourceIdentifier, verificationTool) || isLogSourceOf(source, verificationTool)) {
      return false;
    }
    switch (isOwnText(event.payload, identifier)) {
      case 'ours':
        return true;
      case 'verification':
        return false;
      case 'other':
        break;
    }
    const type = event.fields.get('logSourceType');
    return (
      isSame(sourceIdentifier, identifier) ||
      isLogSourceOf(source, identifier) ||
      logSourceTypes.some((ownType) => isSame(type, ownType))
    );
  };
}

/**
 * Words (runs of ASCII letters, digits and `_`) of which every event that the guard drops holds at
 * least one as a whole word, letter case ignored, in the text of its line after its JSON escapes
 * are undone. So a line without any of them needs no decoding for the guard's sake.
 */
export function loopWatchWords(
  identifier: string,
  logSourceTypes: readonly string[] = defaultLogSourceTypes,
): readonly string[] {
  checkIdentifier(identifier);
  const texts = [identifier, ...logSourceTypes, ownLeefStart];
  return [...new Set(texts.map(longestWord).filter((word) => word !== ''))];
}

function isOwnText(text: string, identifier: string): 'ours' | 'verification' | 'other' {
  const start = readPayloadStart(text);
  if (start.hosts.some((host) => isSame(host, verificationTool))) return 'verification';
  if (start.hosts.some((host) => isSame(host, identifier))) return 'ours';
  return start.startsWith(ownLeefStart) ? 'ours' : 'other';
}

/** `name`, or `Type @ name` as JSA calls log sources that it found by itself. */
function isLogSourceOf(source: string | undefined, name: string): boolean {
  if (source === undefined) return false;
  const separator = ' @ ';
  const start = source.length - name.length;
  if (!isSame(source.slice(Math.max(0, start)), name)) return false;
  return start === 0 || source.endsWith(separator, start);
}

/**
 * Equal but for the case of ASCII letters. Not by toLowerCase: it also turns some letters beyond
 * ASCII (the Kelvin sign) into ASCII ones, which a search for bytes would not find.
 */
function isSame(text: string | undefined, wanted: string): boolean {
  if (text?.length !== wanted.length) return false;
  for (let index = 0; index < wanted.length; index += 1) {
    if (foldCase(text.charCodeAt(index)) !== foldCase(wanted.charCodeAt(index))) return false;
  }
  return true;
}

function foldCase(code: number): number {
  return code >= 0x41 && code <= 0x5a ? code + 0x20 : code;
}

function longestWord(text: string): string {
  const words = text.match(/[A-Za-z0-9_]+/g) ?? [];
  return words.reduce((longest, word) => (word.length > longest.length ? word : longest), '');
}

/** A host of a syslog header (RFC 5424, section 6.2.4: up to 255 characters) that we can watch for. */
function checkIdentifier(identifier: string): void {
  const isHost = /^[A-Za-z0-9._:-]{1,255}$/.test(identifier) && /[A-Za-z]/.test(identifier);
  if (isHost && !isSame(identifier, verificationTool)) return;
  throw new ServiceError('TF_CONFIG', `"${identifier}" cannot be the log source identifier`, {
    where: 'identifier',
    hint: `Use up to 255 ASCII letters, digits and . _ : - with at least one letter, other than ${verificationTool}; JSA knows the log source by it.`,
  });
}
