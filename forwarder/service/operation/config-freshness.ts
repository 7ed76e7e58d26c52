import { stat } from 'node:fs/promises';

import type { LoadedConfig } from '../../config/index.js';
import type { Metrics } from '../../telemetry/index.js';

const lookEveryMs = 30_000;

/**
 * Says by numbers whether the running configuration is the one on disk: `tf_config_differs` is 1 after
 * a reload that was refused, after one that changed what only a restart changes, and while the file is
 * another than the one that was read (looked at every 30 s).
 */
export class ConfigFreshness {
  readonly #metrics: Metrics;
  readonly #path: string | undefined;
  readonly #timer: NodeJS.Timeout;
  #readVersion: string | undefined;
  #needsRestart = false;
  #differs = false;
  #isFileNewer = false;

  constructor(metrics: Metrics, { origin }: Pick<LoadedConfig, 'origin'>) {
    this.#metrics = metrics;
    this.#path = origin === 'built-in' ? undefined : origin;
    metrics.gauge('tf_config_differs', {}, () => (this.#differs || this.#isFileNewer ? 1 : 0));
    for (const outcome of ['done', 'failed']) this.#reloads(outcome);
    void this.reading();
    this.#timer = setInterval(() => {
      void this.#look();
    }, lookEveryMs).unref();
  }

  /** The file is about to be read; changes of it from now on are news. */
  async reading(): Promise<void> {
    this.#readVersion = await this.#version();
  }

  /** It was read; `needsRestart`: a part of it takes effect at the next start only. */
  read(needsRestart: boolean): void {
    this.#needsRestart = needsRestart;
    this.#isFileNewer = false;
  }

  /** What was read is in use, but for what needs a restart. */
  used(): void {
    this.#reloads('done').value += 1;
    this.#differs = this.#needsRestart;
  }

  refused(): void {
    this.#reloads('failed').value += 1;
    this.#differs = true;
  }

  close(): void {
    clearInterval(this.#timer);
  }

  async #look(): Promise<void> {
    const version = await this.#version();
    this.#isFileNewer = version !== this.#readVersion;
  }

  async #version(): Promise<string | undefined> {
    if (this.#path === undefined) return undefined;
    try {
      const { mtimeNs, size, ino } = await stat(this.#path, { bigint: true });
      return `${mtimeNs} ${size} ${ino}`;
    } catch {
      return 'missing';
    }
  }

  #reloads(outcome: string): { value: number } {
    return this.#metrics.counter('tf_config_reloads_total', { outcome });
  }
}
