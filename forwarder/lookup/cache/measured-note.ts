import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { writeWhole } from '../write-whole.js';

interface Note {
  readonly version: 1;
  /** When the folder was last measured, and what it was allowed to take then. */
  readonly atMs: number;
  readonly maxBytes: number;
}

const fileName = 'measured.json';
/** A folder that was measured so lately has room: short commands need not look at every file. */
const holdsForMs = 3_600_000;

/** Whether the folder was measured lately, for no more room than it has now. */
export async function isMeasured(
  directory: string,
  maxBytes: number,
  nowMs: number,
): Promise<boolean> {
  try {
    const text = await readFile(join(directory, fileName), 'utf8');
    const note = JSON.parse(text) as Partial<Note>;
    const age = nowMs - (note.atMs ?? Infinity);
    return age >= 0 && age < holdsForMs && (note.maxBytes ?? Infinity) <= maxBytes;
  } catch {
    return false;
  }
}

/** Notes that the folder was measured just now. A folder that cannot be written is measured again. */
export async function noteMeasured(
  directory: string,
  maxBytes: number,
  nowMs: number,
): Promise<void> {
  const note: Note = { version: 1, atMs: nowMs, maxBytes };
  await writeWhole(join(directory, fileName), `${JSON.stringify(note)}\n`).catch(() => undefined);
}
