import { readFile } from 'node:fs/promises';

/** When a source said what; milliseconds since 1970. */
export interface FetchTimes {
  /** When it last said that the file is its content. */
  readonly confirmedAtMs: number;
  /** When it last said so of the content before. */
  readonly confirmedBeforeMs: number | undefined;
}

/** The times of a fetched file, by the state beside it; undefined when that cannot be read. */
export async function fetchTimesOf(path: string): Promise<FetchTimes | undefined> {
  try {
    const state: unknown = JSON.parse(await readFile(statePathOf(path), 'utf8'));
    if (typeof state !== 'object' || state === null) return undefined;
    const { confirmedAtMs, confirmedBeforeMs } = state as Readonly<Record<string, unknown>>;
    // 0: it was never fetched since the state began.
    if (typeof confirmedAtMs !== 'number' || confirmedAtMs === 0) return undefined;
    return {
      confirmedAtMs,
      confirmedBeforeMs: typeof confirmedBeforeMs === 'number' ? confirmedBeforeMs : undefined,
    };
  } catch {
    return undefined;
  }
}

/** `var/feeds/Partner.feed` → `var/feeds/Partner.state.json`. */
function statePathOf(path: string): string {
  return path.replace(/\.feed$/, '.state.json');
}
