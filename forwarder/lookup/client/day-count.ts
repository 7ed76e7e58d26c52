import { chown, readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Clock } from '../../core/index.js';
import { makeFolder } from '../make-folder.js';
import { writeWhole } from '../write-whole.js';

/**
 * Counts the requests of a day (UTC). With a file the count outlives the process; several processes
 * add to one file as best they can: what two write at the same moment may be counted once. A file that
 * is damaged or cannot be written is no reason not to ask: the count is this process's own then.
 */
export class DayCount {
  readonly #file: string | undefined;
  readonly #clock: Clock;
  #day: string;
  /** What the file said when it was last read or written. */
  #saved = 0;
  #unsaved = 0;
  #saving: Promise<void> | undefined;

  private constructor(file: string | undefined, clock: Clock) {
    this.#file = file;
    this.#clock = clock;
    this.#day = dayOf(clock());
  }

  static async open(file: string | undefined, clock: Clock): Promise<DayCount> {
    const count = new DayCount(file, clock);
    if (file !== undefined) count.#saved = await readCount(file, count.#day);
    return count;
  }

  /** Requests of today. */
  get used(): number {
    this.#turnDay();
    return this.#saved + this.#unsaved;
  }

  /** One more; it is written in the background. */
  add(): void {
    this.#turnDay();
    this.#unsaved++;
    if (this.#file !== undefined) this.#saving ??= this.#save(this.#file);
  }

  /** Resolves when all is written that was added before. */
  async flush(): Promise<void> {
    await this.#saving;
  }

  #turnDay(): void {
    const day = dayOf(this.#clock());
    if (day === this.#day) return;
    this.#day = day;
    this.#saved = 0;
    this.#unsaved = 0;
  }

  async #save(file: string): Promise<void> {
    try {
      do {
        const day = this.#day;
        const taken = this.#unsaved;
        // What other processes counted meanwhile is added to, not lost.
        const total = (await readCount(file, day)) + taken;
        await writeCount(file, day, total);
        if (day !== this.#day) continue;
        this.#saved = total;
        this.#unsaved -= taken;
      } while (this.#unsaved > 0);
    } catch {
      // Not written: it stays in memory, and the next request tries again.
    } finally {
      this.#saving = undefined;
    }
  }
}

/** `2026-11-21` of UTC. */
export function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

/** Requests of the day by the file; 0 when it is absent, damaged or of another day. */
async function readCount(file: string, day: string): Promise<number> {
  try {
    const content: unknown = JSON.parse(await readFile(file, 'utf8'));
    if (typeof content !== 'object' || content === null) return 0;
    const { day: savedDay, requests } = content as Readonly<Record<string, unknown>>;
    const isOfDay = savedDay === day && Number.isSafeInteger(requests);
    return isOfDay ? Math.max(0, requests as number) : 0;
  } catch {
    return 0;
  }
}

async function writeCount(file: string, day: string, requests: number): Promise<void> {
  const folder = dirname(file);
  await makeFolder(folder);
  await writeWhole(file, `${JSON.stringify({ day, requests })}\n`, async (temporary) => {
    // A file of root's would be closed to the service.
    if (process.getuid?.() !== 0) return;
    const { uid, gid } = await stat(folder);
    await chown(temporary, uid, gid);
  });
}
