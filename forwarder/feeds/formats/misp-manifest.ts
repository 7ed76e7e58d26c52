import { bad, ok, type Result } from '../../core/index.js';
import { isObject } from '../record-context.js';
import { jsonOutline } from './json-outline.js';
import { parseJsonRecord } from './parse-json-record.js';

/** One event of a MISP feed: it stands in `<uuid>.json` beside the manifest. */
export interface MispFeedEvent {
  readonly uuid: string;
  /** When it was last changed, seconds since 1970; 0 where the manifest does not say. */
  readonly timestamp: number;
}

/** What a manifest may be: the largest public ones have some thousand events in a few megabytes. */
export const manifestLimits = { maxBytes: 64 * 2 ** 20, maxEvents: 100_000 } as const;

const uuidSyntax = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

/**
 * Whether a file that starts so is the manifest of a MISP feed: an object whose keys are the uuids of
 * events, each with its title. It holds no indicators.
 */
export function isMispManifest(start: Uint8Array): boolean {
  const { begun, values } = jsonOutline(start);
  const events = [...begun].filter((path) => path !== '' && !path.includes('/'));
  return (
    events.length > 0 &&
    events.every((path) => uuidSyntax.test(path)) &&
    ['info', 'timestamp', 'date'].some((name) => values.has(`${events[0]}/${name}`))
  );
}

/** A line of a MISP feed's `hashes.csv`: the MD5 of a value and the uuid of the event that has it. */
const hashesLine = /^[\da-f]{32},[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}\r?$/i;

/**
 * Whether a file that starts so is the `hashes.csv` of a MISP feed. Its MD5s are those of the texts of
 * attributes, so that feeds can be compared; they are hashes of no file and must not be loaded.
 */
export function isMispHashes(start: Uint8Array): boolean {
  const lines = Buffer.from(start).toString('latin1').split('\n').slice(0, 3);
  return hashesLine.test(lines[0] ?? '') && (lines.length < 3 || hashesLine.test(lines[1] ?? ''));
}

/**
 * The events of a feed by its manifest, in its order, or what is wrong with the manifest. A key that is
 * no uuid makes it bad as a whole: it would become part of an address.
 */
export function mispFeedEvents(manifestText: string): Result<readonly MispFeedEvent[], string> {
  if (manifestText.length > manifestLimits.maxBytes) {
    return bad(`larger than ${manifestLimits.maxBytes} bytes`);
  }
  const manifest = parseJsonRecord(manifestText);
  if (!manifest.ok) return manifest;
  const entries = Object.entries(manifest.value);
  if (entries.length > manifestLimits.maxEvents) {
    return bad(`more than ${manifestLimits.maxEvents} events`);
  }
  const events: MispFeedEvent[] = [];
  for (const [uuid, entry] of entries) {
    if (!uuidSyntax.test(uuid) || !isObject(entry)) {
      return bad(`${JSON.stringify(uuid.slice(0, 60))} is no event: its key must be a uuid`);
    }
    const timestamp = Number(entry['timestamp'] ?? 0);
    const isTime = Number.isSafeInteger(timestamp) && timestamp >= 0;
    events.push({ uuid: uuid.toLowerCase(), timestamp: isTime ? timestamp : 0 });
  }
  return ok(events);
}
