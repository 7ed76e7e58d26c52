import { basename, dirname } from 'node:path';
import { readFetchState } from './sources/state-file.js';

/** When a source said what; milliseconds since 1970. */
export interface FetchTimes {
  /** When it last said that the file is its content. */
  readonly confirmedAtMs: number;
  /** When it last said so of the content before. */
  readonly confirmedBeforeMs?: number | undefined;
}

/**
 * The times of a fetched file, by the state beside it; undefined when that cannot be read, and when
 * it was never fetched since the state began.
 */
export async function fetchTimesOf(path: string): Promise<FetchTimes | undefined> {
  const state = await readFetchState(dirname(path), basename(path, '.feed'));
  return state === undefined || state.confirmedAtMs === 0 ? undefined : state;
}
