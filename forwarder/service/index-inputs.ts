import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import type { LoadedConfig } from '../config/index.js';
import type { FeedFile, FeedOptions } from '../feeds/index.js';
import type { FeedOutcome } from './compile-feeds.js';
import { allowListOptionsOf, feedOptionsOf } from './feed-options.js';

/** What the feeds are, and where: all that openFeeds() needs. */
export interface FeedRequest {
  readonly feeds: readonly FeedOptions[];
  readonly allowLists: readonly FeedOptions[];
  readonly baseDirectory: string;
}

/** What an index was made from: as long as it is the same, the index need not be made again. */
export interface IndexInputs {
  /** The build of the program: another one may read feeds otherwise. */
  readonly program: string;
  readonly request: FeedRequest;
  readonly files: readonly {
    readonly path: string;
    readonly sizeBytes: number;
    readonly modifiedAtMs: number;
  }[];
}

/** What the service keeps in an index file. */
export interface IndexDetails {
  readonly inputs: IndexInputs;
  readonly compiledAtMs: number;
  readonly feeds: readonly FeedOutcome[];
}

export function feedRequest({ config, baseDirectory }: LoadedConfig): FeedRequest {
  return { feeds: feedOptionsOf(config), allowLists: allowListOptionsOf(config), baseDirectory };
}

export function inputsOf(request: FeedRequest, files: readonly FeedFile[]): IndexInputs {
  return {
    program: programBuild(),
    request,
    files: files.map(({ path, sizeBytes, modifiedAtMs }) => ({ path, sizeBytes, modifiedAtMs })),
  };
}

export function areSameInputs(left: IndexInputs, right: IndexInputs): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}

/** The folders whose code decides what an index holds. */
const decisive = ['core', 'normalise', 'feeds', 'matching', 'service'];
let knownBuild: string | undefined;

/** The number of files of those folders, and when the last of them was written. */
function programBuild(): string {
  if (knownBuild !== undefined) return knownBuild;
  const root = fileURLToPath(new URL('..', import.meta.url));
  let count = 0;
  let newestMs = 0;
  for (const folder of decisive) {
    const names = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' });
    for (const name of names) {
      if (!/\.[jt]s$/.test(name)) continue;
      count++;
      newestMs = Math.max(newestMs, statSync(join(root, folder, name)).mtimeMs);
    }
  }
  knownBuild = `${count} files, ${new Date(newestMs).toISOString()}`;
  return knownBuild;
}
