import { isOutdated } from '../feeds/index.js';
import type { LoadedFeed } from './threat-index.js';

/** Remembers what was said about feeds, so that each change is reported once. */
export class FeedWatch {
  readonly #outdated = new Set<string>();

  /** Feeds that are new or whose file or record count changed between two loads. */
  updatedFeeds(before: readonly LoadedFeed[], after: readonly LoadedFeed[]): readonly LoadedFeed[] {
    const known = new Map(before.map((feed) => [feed.file.info.name, fingerprint(feed)]));
    return after.filter((feed) => known.get(feed.file.info.name) !== fingerprint(feed));
  }

  /** Names of feeds that became outdated since the last call; a fresh one may be reported again. */
  newlyOutdated(feeds: readonly LoadedFeed[], nowMs: number): readonly string[] {
    const found: string[] = [];
    for (const { file } of feeds) {
      const { name } = file.info;
      if (!isOutdated(file, nowMs)) {
        this.#outdated.delete(name);
      } else if (!this.#outdated.has(name)) {
        this.#outdated.add(name);
        found.push(name);
      }
    }
    return found;
  }
}

function fingerprint({ file, records }: LoadedFeed): string {
  return `${file.path} ${file.modifiedAtMs} ${file.sizeBytes} ${records}`;
}
