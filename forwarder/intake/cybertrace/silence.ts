/** How long a client may be silent, in milliseconds. */
export interface SilenceMs {
  /** With an unfinished line. */
  readonly partial: number;
  /** Without one; undefined: for ever. */
  readonly idle: number | undefined;
}

/** What is known of the lines that were cut last. */
interface CutLines {
  /** Whether one is without its end. */
  readonly hasPartial: boolean;
  /** Grows whenever the end of a line, or of several, was seen. */
  readonly endings: number;
}

/** How long a client, or its unfinished line, has been silent; the clock is not read for every chunk. */
export class Silence {
  #partialSinceMs: number | undefined;
  /** Whether something came since the last look. */
  #isActive = false;
  #activeAtMs = performance.now();

  /** Bytes have come. */
  noteBytes(): void {
    this.#isActive = true;
  }

  /** Lines were cut; `endings` is what the lines had before. */
  noteLines(lines: CutLines, endings: number): void {
    if (!lines.hasPartial) this.#partialSinceMs = undefined;
    else if (this.#partialSinceMs === undefined || lines.endings !== endings) {
      this.#partialSinceMs = performance.now();
    }
  }

  /** No line is unfinished any more. */
  forgetPartial(): void {
    this.#partialSinceMs = undefined;
  }

  /** Whether something came since the last call. */
  wasActive(nowMs: number): boolean {
    const wasActive = this.#isActive;
    this.#isActive = false;
    if (wasActive) this.#activeAtMs = nowMs;
    return wasActive;
  }

  /** Time until now is ours: the client waits for us. */
  excuse(nowMs: number): void {
    this.#activeAtMs = nowMs;
    if (this.#partialSinceMs !== undefined) this.#partialSinceMs = nowMs;
  }

  /** What the client has been silent with for longer than allowed. */
  overdue(nowMs: number, { partial, idle }: SilenceMs): 'partial_timeout' | 'idle' | undefined {
    if (this.#partialSinceMs !== undefined) {
      return nowMs - this.#partialSinceMs >= partial ? 'partial_timeout' : undefined;
    }
    return idle !== undefined && nowMs - this.#activeAtMs >= idle ? 'idle' : undefined;
  }
}
