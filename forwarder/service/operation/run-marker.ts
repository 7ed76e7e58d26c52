import { readFile, rm, stat, utimes } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { writeOwnedFile } from '../../config/index.js';

/** What is known of a run that did not end in good order. */
export interface BrokenRun {
  readonly startedAtMs: number;
  /** When it was last seen alive, to the half minute. */
  readonly lastSeenMs: number;
}

const fileName = 'running.json';
const touchEveryMs = 30_000;

interface Note {
  readonly pid: number;
  readonly startedAtMs: number;
  /** Start of the process by the system's own count: a pid alone is given out again. */
  readonly processStart: string;
}

/**
 * A note in the state folder while the service runs; the end in good order takes it away. A start that
 * finds one knows that the run before was cut off: killed, crashed, or the machine went down. Where the
 * run of the note is alive (a second service with the same folder), the note is left to it.
 */
export class RunMarker {
  readonly #path: string;
  readonly #clock: () => number;
  #timer: NodeJS.Timeout | undefined;

  private constructor(path: string, clock: () => number) {
    this.#path = path;
    this.#clock = clock;
  }

  /** Puts the note there. `broken`: the run before, when it was cut off. Throws what the system says. */
  static async begin(
    folder: string,
    clock: () => number,
  ): Promise<{ readonly marker: RunMarker | undefined; readonly broken: BrokenRun | undefined }> {
    const path = join(folder, fileName);
    const before = await readNote(path);
    if (before !== undefined && isAlive(before.note)) {
      return { marker: undefined, broken: undefined };
    }
    const marker = new RunMarker(path, clock);
    const note: Note = {
      pid: process.pid,
      startedAtMs: clock(),
      processStart: processStart(process.pid),
    };
    await writeOwnedFile(path, `${JSON.stringify(note)}\n`);
    marker.#timer = setInterval(() => {
      void marker.#touch();
    }, touchEveryMs).unref();
    return { marker, broken: before };
  }

  /** The service ends in good order. */
  async end(): Promise<void> {
    clearInterval(this.#timer);
    await rm(this.#path, { force: true }).catch(() => undefined);
  }

  async #touch(): Promise<void> {
    const now = new Date(this.#clock());
    await utimes(this.#path, now, now).catch(() => undefined);
  }
}

async function readNote(
  path: string,
): Promise<(BrokenRun & { readonly note: Partial<Note> }) | undefined> {
  try {
    const { mtimeMs } = await stat(path);
    const text = await readFile(path, 'utf8');
    const note = parseNote(text);
    return { note, startedAtMs: note.startedAtMs ?? mtimeMs, lastSeenMs: mtimeMs };
  } catch {
    // None, or not readable: nothing can be said of the run before.
    return undefined;
  }
}

/** A note that a crash cut short still says that there was a run. */
function parseNote(text: string): Partial<Note> {
  try {
    return (JSON.parse(text) ?? {}) as Partial<Note>;
  } catch {
    return {};
  }
}

function isAlive({ pid, processStart: start }: Partial<Note>): boolean {
  if (typeof pid !== 'number' || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return start === undefined || start === '' || start === processStart(pid);
}

/** Field 22 of /proc/PID/stat, since the start of the machine, and which start that was; else ''. */
function processStart(pid: number): string {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The second field is the program's name in parentheses, and may hold anything.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
    return `${boot} ${fields[19] ?? ''}`;
  } catch {
    return '';
  }
}
