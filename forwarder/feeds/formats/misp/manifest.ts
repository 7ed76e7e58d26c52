import { jsonOutline } from '../json/outline.js';

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
