import { opendir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** What is in a folder of answers. */
export interface Measured {
  /** Bytes that the answers take on the disk. */
  readonly bytes: number;
  /** Files that are none of the cache; they are left alone. */
  readonly foreign: number;
  /** Bytes by the minute in which an answer was last used. */
  readonly byMinute: ReadonlyMap<number, number>;
}

const answerName = /^[0-9a-f]{64}\.json$/;
const temporaryName = /^[0-9a-f]{64}\.json\.[0-9a-f]{12}\.tmp$/;
/** A writer is done with its file sooner than that, whichever machine or container it runs in. */
const unfinishedForMs = 3_600_000;
const minuteMs = 60_000;
/** Files that are looked at together. */
const atATime = 16;

/**
 * Measures a folder of answers, and takes away what writers left that were killed. What it keeps in
 * memory does not grow with the number of answers. A folder that is not there is empty.
 */
export async function measureFolder(directory: string, nowMs: number): Promise<Measured> {
  const byMinute = new Map<number, number>();
  let bytes = 0;
  let foreign = 0;
  await eachFile(directory, async (path, name) => {
    if (answerName.test(name)) {
      const found = await stat(path);
      const taken = takenBy(found);
      const minute = Math.floor(found.mtimeMs / minuteMs);
      bytes += taken;
      byMinute.set(minute, (byMinute.get(minute) ?? 0) + taken);
    } else if (!temporaryName.test(name)) foreign += 1;
    else if (nowMs - (await stat(path)).mtimeMs > unfinishedForMs) await rm(path, { force: true });
  });
  return { bytes, foreign, byMinute };
}

/** Takes away answers, those first that were not used for longest, until `bytes` are free; gives how many. */
export async function freeBytes(
  directory: string,
  { byMinute }: Measured,
  bytes: number,
): Promise<number> {
  const minutes = [...byMinute.keys()].sort((a, b) => a - b);
  let upTo = -Infinity;
  let covered = 0;
  for (const minute of minutes) {
    if (covered >= bytes) break;
    covered += byMinute.get(minute) ?? 0;
    upTo = minute;
  }
  let files = 0;
  // Of the last of these minutes only as many go as must; those before it go anyhow.
  let spare = covered - bytes;
  await eachFile(directory, async (path, name) => {
    if (!answerName.test(name)) return;
    const found = await stat(path);
    const minute = Math.floor(found.mtimeMs / minuteMs);
    if (minute > upTo) return;
    const taken = takenBy(found);
    if (minute === upTo && spare >= taken) {
      spare -= taken;
      return;
    }
    await rm(path, { force: true });
    files += 1;
  });
  return files;
}

/** Whole blocks: small files take more than they hold. */
function takenBy({ size, blocks }: { readonly size: number; readonly blocks: number }): number {
  return Math.max(size, blocks * 512);
}

type Look = (path: string, name: string) => Promise<void>;

async function eachFile(directory: string, look: Look): Promise<void> {
  for (let number = 0; number < 256; number += 1) {
    const folder = join(directory, number.toString(16).padStart(2, '0'));
    let waiting: Promise<void>[] = [];
    try {
      for await (const { name } of await opendir(folder)) {
        waiting.push(unlessGone(look(join(folder, name), name)));
        if (waiting.length < atATime) continue;
        await Promise.all(waiting);
        waiting = [];
      }
    } catch (error) {
      if (!isGone(error)) throw error;
    } finally {
      await Promise.all(waiting);
    }
  }
}

/** Another process takes answers away too. */
async function unlessGone(looking: Promise<void>): Promise<void> {
  try {
    await looking;
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}

function isGone(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENOTDIR';
}
