import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fetchStatePath } from './fetched-file.js';
import { replaceFile } from './replace-file.js';
import type { FetchState } from './source.js';

const texts = ['identity', 'etag', 'lastModified', 'digest', 'cursor', 'failure'] as const;
const numbers = ['records', 'confirmedBeforeMs', 'failedAtMs', 'failures', 'notBeforeMs'] as const;

/**
 * What is known from the fetches of a feed; undefined when nothing is, or when the file is no state:
 * the feed is then fetched as for the first time.
 */
export async function readFetchState(
  directory: string,
  name: string,
): Promise<FetchState | undefined> {
  try {
    return asState(JSON.parse(await readFile(fetchStatePath(directory, name), 'utf8')));
  } catch {
    return undefined;
  }
}

/** Writes a state in place of the one before, for the service alone, whole or not at all. */
export async function writeFetchState(
  directory: string,
  name: string,
  state: FetchState,
): Promise<void> {
  await replaceFile(fetchStatePath(directory, name), `${JSON.stringify(state, null, 2)}\n`);
}

/** Tells one address and query from another without keeping what is secret in them. */
export function identityOf(source: string, address: string, query: unknown): string {
  const text = JSON.stringify([source, address, query ?? null]);
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

function asState(content: unknown): FetchState | undefined {
  if (typeof content !== 'object' || content === null) return undefined;
  const raw = content as Readonly<Record<string, unknown>>;
  const { url, fetchedAtMs, confirmedAtMs, bytes } = raw;
  if (typeof url !== 'string' || !isCount(fetchedAtMs)) return undefined;
  if (!isCount(confirmedAtMs) || !isCount(bytes)) return undefined;
  return {
    url,
    fetchedAtMs,
    confirmedAtMs,
    bytes,
    ...chosen(raw, texts, (value) => typeof value === 'string'),
    ...chosen(raw, numbers, isCount),
  };
}

function chosen(
  raw: Readonly<Record<string, unknown>>,
  names: readonly string[],
  isGood: (value: unknown) => boolean,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    names.filter((name) => isGood(raw[name])).map((name) => [name, raw[name]]),
  );
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}
