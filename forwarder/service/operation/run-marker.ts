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
  /** The run before, which was cut off, until that was told. */
  readonly untold?: BrokenRun;
}

/**
 * A note in the state folder while the service runs; the end in good order takes it away. A start that
 * finds one knows that the run before was cut off: killed, crashed, or the machine went down. Where the
 * run of the note is alive (a second service with the same folder), the note is left to it.
 *
 * Until told() the note holds the run before, too: starts that fail, or are cut off themselves, must not
 * make an outage begin with the last of them.
 */
export class RunMarker {
  readonly #path: string;
  readonly #clock: () => number;
  readonly #note: Note;
  #timer: NodeJS.Timeout | undefined;

  private constructor(path: string, clock: () => number, note: Note) {
    this.#path = path;
    this.#clock = clock;
    this.#note = note;
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
    const broken = before?.broken;
    const marker = new RunMarker(path, clock, {
      pid: process.pid,
      startedAtMs: clock(),
      processStart: processStart(process.pid),
    });
    await marker.#write(broken);
    marker.#timer = setInterval(() => {
      void marker.#touch();
    }, touchEveryMs).unref();
    return { marker, broken };
  }

  /** It was told that the run before was cut off: from now on the note is about this run alone. */
  async told(): Promise<void> {
    await this.#write(undefined).catch(() => undefined);
  }

  /** The service ends in good order. */
  async end(): Promise<void> {
    clearInterval(this.#timer);
    await rm(this.#path, { force: true }).catch(() => undefined);
  }

  async #write(untold: BrokenRun | undefined): Promise<void> {
    const note: Note = { ...this.#note, ...(untold === undefined ? {} : { untold }) };
    await writeOwnedFile(this.#path, `${JSON.stringify(note)}\n`);
  }

  async #touch(): Promise<void> {
    const now = new Date(this.#clock());
    await utimes(this.#path, now, now).catch(() => undefined);
  }
}

async function readNote(
  path: string,
): Promise<{ readonly broken: BrokenRun; readonly note: Partial<Note> } | undefined> {
  try {
    const { mtimeMs } = await stat(path);
    const text = await readFile(path, 'utf8');
    const note = parseNote(text);
    const { startedAtMs = mtimeMs, untold } = note;
    return { note, broken: untold ?? { startedAtMs, lastSeenMs: mtimeMs } };
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
