import type { Assurance } from './kind.js';

/** The assurance of a transport: that of its present or last connection. */
export class LastAssurance implements Assurance {
  onProgress: (() => void) | undefined;
  #source: Assurance | undefined;

  get sentBytes(): number {
    return this.#source?.sentBytes ?? 0;
  }

  get acknowledgedBytes(): number {
    return this.#source?.acknowledgedBytes ?? 0;
  }

  get isAllRead(): boolean {
    return this.#source?.isAllRead ?? false;
  }

  /** A new connection is open: from now on its numbers count. */
  follow(source: Assurance | undefined): void {
    this.#source = source;
    if (source === undefined) return;
    source.onProgress = () => {
      if (this.#source === source) this.onProgress?.();
    };
  }
}
