import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { FetchError, readJson, shownAddress, type HttpClient } from '../../net/index.js';
import { isObject } from '../record-context.js';
import { openLineFile, type LineFile } from './line-file.js';
import { fetched, unchanged } from './states.js';
import type { FetchOutcome, FetchRequest } from './source.js';

const largestManifest = 64 * 2 ** 20;
const largestEvent = 64 * 2 ** 20;
/** How many events are asked for at the same time. */
const abreast = 4;
const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Events by UUID, each with the time of its last change. */
type Manifest = ReadonlyMap<string, string>;

export function isManifestAddress(address: string): boolean {
  return URL.canParse(address) && new URL(address).pathname.endsWith('/manifest.json');
}

/**
 * A MISP feed: a manifest that lists events by UUID, and beside it one file for each event
 * (draft-dulaunoy-misp-core-format, "Manifest"). The events are written one a line,
 * `{"Event":…}`. Those that have not changed since are taken from the file that is there.
 */
export async function fetchManifestFeed(
  request: FetchRequest,
  client: HttpClient,
): Promise<FetchOutcome> {
  const { address, previous, access, target, onProgress } = request;
  const manifest = await readManifest(address, client);
  const cursor = createHash('sha256')
    .update([...manifest].map((entry) => entry.join(' ')).join('\n'))
    .digest('hex');
  if (previous?.cursor === cursor) return unchanged(request, previous);
  const file = await openLineFile(target, access.maxBytes, shownAddress(address));
  try {
    const kept = await keepUnchanged(request, manifest, file);
    const wanted = [...manifest.keys()].filter((id) => !kept.has(id));
    for (let at = 0; at < wanted.length; at += abreast) {
      const ids = wanted.slice(at, at + abreast);
      await file.write(await Promise.all(ids.map((id) => readEvent(address, id, client))));
      onProgress?.(file.bytes, undefined);
    }
    return fetched(request, file.bytes, { cursor });
  } finally {
    await file.close();
  }
}

async function readManifest(address: string, client: HttpClient): Promise<Manifest> {
  const content = await client.ask(
    { url: address, headers: { accept: 'application/json' } },
    (answer) => readJson(answer, largestManifest),
  );
  const entries = isObject(content) ? Object.entries(content) : [];
  if (!isObject(content) || !entries.every(([id, event]) => uuid.test(id) && isObject(event))) {
    throw new FetchError('TF_FEED', 'the manifest is no list of events by UUID', {
      where: shownAddress(address),
      hint: 'check that the address is of the manifest of a MISP feed',
    });
  }
  return new Map(
    entries.map(([id, event]) => [
      id.toLowerCase(),
      isObject(event) ? plain(event['timestamp']) : '',
    ]),
  );
}

/** Copies the events of the file that is there whose time is still that of the manifest. */
async function keepUnchanged(
  { previousFile }: FetchRequest,
  manifest: Manifest,
  file: LineFile,
): Promise<ReadonlySet<string>> {
  const kept = new Set<string>();
  if (previousFile === undefined) return kept;
  const before = await open(previousFile);
  for await (const line of before.readLines()) {
    const event = eventOf(line);
    const id = plain(event?.['uuid']).toLowerCase();
    const timestamp = plain(event?.['timestamp']);
    if (timestamp === '' || kept.has(id) || manifest.get(id) !== timestamp) continue;
    kept.add(id);
    await file.write([line]);
  }
  return kept;
}

async function readEvent(address: string, id: string, client: HttpClient): Promise<string> {
  const url = new URL(`${id}.json`, address);
  url.search = new URL(address).search;
  const content = await client.ask({ url, headers: { accept: 'application/json' } }, (answer) =>
    readJson(answer, largestEvent),
  );
  if (isObject(content) && isObject(content['Event']))
    return JSON.stringify({ Event: content['Event'] });
  throw new FetchError('TF_FEED', 'the file holds no event of MISP', {
    where: shownAddress(url),
    hint: 'the feed may be written anew at this moment; try again later',
    retryable: true,
  });
}

function eventOf(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const content: unknown = JSON.parse(line);
    const event = isObject(content) ? content['Event'] : undefined;
    return isObject(event) ? event : undefined;
  } catch {
    return undefined;
  }
}

/** A text or number as text; MISP writes times as either. */
function plain(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
