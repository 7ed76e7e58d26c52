import { stat, statfs } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

import type { Config } from '../../config/index.js';
import type { Logger } from '../../core/index.js';
import type { Metrics } from '../../telemetry/index.js';
import type { ReportStatus } from '../health/status-reports.js';

/** A place the service writes to. */
export interface WatchedFolder {
  /** What it is for: `spool`, `index`, `state`, `lookup`, `log`. */
  readonly name: string;
  readonly path: string;
}

/** Room on the disk of a folder, and which disk that is. */
export interface DiskRoom {
  readonly device: number;
  readonly freeBytes: number;
}

export interface DiskSpaceOptions {
  readonly folders: readonly WatchedFolder[];
  /** Below it a disk is nearly full; 0: never. */
  readonly minFreeBytes: number;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly report: ReportStatus;
  /** How often it looks; 30 s when absent. */
  readonly everyMs?: number;
  /** Asks the system; tests give their own. */
  readonly roomOf?: (path: string) => Promise<DiskRoom>;
}

const lookEveryMs = 30_000;
/** A disk counts as recovered with so much more than the limit, or one near it would alarm for ever. */
const recovered = 1.1;

/**
 * Looks at the disks of the folders the service writes to. KL_ALERT_FreeSpaceEnds is sent once for a
 * disk that has less room than the limit, and again only after it had recovered in between. A folder
 * that cannot be asked is left out until it can.
 */
export class DiskSpace {
  readonly #options: DiskSpaceOptions;
  readonly #free = new Map<string, number>();
  readonly #low = new Set<number>();
  #timer: NodeJS.Timeout | undefined;
  #isLooking = false;

  constructor(options: DiskSpaceOptions) {
    this.#options = options;
    for (const { name } of options.folders) {
      options.metrics.gauge(
        'tf_disk_free_bytes',
        { directory: name },
        () => this.#free.get(name) ?? Number.NaN,
      );
    }
  }

  /** Looks now, and then again and again. */
  async start(): Promise<void> {
    this.#timer = setInterval(() => {
      void this.look();
    }, this.#options.everyMs ?? lookEveryMs).unref();
    await this.look();
  }

  close(): void {
    clearInterval(this.#timer);
  }

  /** One look at all folders; none while one is under way (a network disk may hang). */
  async look(): Promise<void> {
    if (this.#isLooking) return;
    this.#isLooking = true;
    try {
      const seen = new Set<number>();
      for (const folder of this.#options.folders) {
        const room = await (this.#options.roomOf ?? roomOf)(folder.path).catch(() => undefined);
        if (room === undefined) {
          this.#free.delete(folder.name);
          continue;
        }
        this.#free.set(folder.name, room.freeBytes);
        // Folders of one disk are one alarm.
        if (!seen.has(room.device)) this.#judge(folder, room);
        seen.add(room.device);
      }
    } finally {
      this.#isLooking = false;
    }
  }

  #judge({ name, path }: WatchedFolder, { device, freeBytes }: DiskRoom): void {
    const { minFreeBytes, logger, report } = this.#options;
    const fields = { directory: path, freeBytes, minFreeBytes };
    if (freeBytes < minFreeBytes && !this.#low.has(device)) {
      this.#low.add(device);
      logger.warn('disk.nearly_full', `the disk of ${path} (${name}) is nearly full`, fields);
      report('KL_ALERT_FreeSpaceEnds', [
        ['directory', path],
        ['free_bytes', String(freeBytes)],
        ['limit_bytes', String(minFreeBytes)],
      ]);
    } else if (freeBytes >= minFreeBytes * recovered && this.#low.delete(device)) {
      logger.info('disk.recovered', `the disk of ${path} (${name}) has room again`, fields);
    }
  }
}

/** The folders of a configuration that the service writes to while it runs. */
export function writtenFolders(config: Config): readonly WatchedFolder[] {
  const { delivery, index, state, lookup, log } = config;
  const folders: WatchedFolder[] = [];
  if (delivery.spool !== false && delivery.collectors.length > 0) {
    folders.push({ name: 'spool', path: delivery.spool.directory });
  }
  folders.push({ name: 'index', path: index.directory }, { name: 'state', path: state.directory });
  if (lookup.enrich.length > 0 && lookup.cache.maxBytes > 0) {
    folders.push({ name: 'lookup', path: lookup.cache.directory });
  }
  if (log.file !== undefined) folders.push({ name: 'log', path: dirname(log.file) });
  return folders;
}

/** Of the folder, or of the first above it that is there already. */
async function roomOf(path: string): Promise<DiskRoom> {
  for (let at = resolve(path); ; at = dirname(at)) {
    try {
      const { bavail, bsize } = await statfs(at);
      const { dev } = await stat(at);
      return { device: dev, freeBytes: bavail * bsize };
    } catch (error) {
      const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
      if (!isMissing || at === dirname(at)) throw error;
    }
  }
}
