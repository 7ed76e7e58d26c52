import { shownAddress } from '../../net/index.js';
import type { FetchOutcome, FetchRequest, FetchState } from './source.js';

/** The source said that its content is what is there already. */
export function unchanged(request: FetchRequest, previous: FetchState): FetchOutcome {
  return { kind: 'unchanged', state: { ...previous, confirmedAtMs: request.clock() } };
}

/** New content was written; what the source knows of it beside its size goes into the state too. */
export function fetched(
  request: FetchRequest,
  bytes: number,
  known: Pick<FetchState, 'etag' | 'lastModified' | 'cursor' | 'records'> = {},
): FetchOutcome {
  const nowMs = request.clock();
  const url = shownAddress(request.address);
  return {
    kind: 'fetched',
    state: { url, fetchedAtMs: nowMs, confirmedAtMs: nowMs, bytes, ...known },
  };
}
