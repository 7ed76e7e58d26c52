import type { IntakeSession } from '../../core/index.js';
import { asBuffer } from '../bytes.js';
import type { RejectReason } from '../connection.js';
import { LineFramer } from '../framing.js';
import { findLineEnd, findTextEnd } from '../per-line.js';
import type { SessionHost } from './session-host.js';

export interface EventLinesOptions {
  readonly session: IntakeSession;
  readonly host: SessionHost;
  /** Asked before every event: whether it, and all behind it, must wait. */
  readonly mustWait: () => boolean;
  /** Takes one event without its line end, never empty; the bytes are only valid during the call. */
  readonly onEvent: (bytes: Uint8Array, start: number, end: number) => void;
  /** An event was over the limit of a line; it is counted already. */
  readonly onSkipped: () => void;
}

/** Stands among the lines that wait for one that was skipped: its reply keeps its place. */
const skippedMark = Buffer.alloc(0);

/**
 * Cuts a session's bytes into events, one by one, and keeps those whose turn has not come: what one
 * read has brought cannot be given back to the operating system.
 */
export class EventLines {
  readonly #options: EventLinesOptions;
  readonly #framer: LineFramer;
  /** Whole lines that wait, in order. */
  readonly #waiting: Buffer[] = [];
  #waitingBytes = 0;
  #isGoingOn = false;

  constructor(options: EventLinesOptions) {
    this.#options = options;
    const { session, host } = options;
    const { maxLineBytes, onReject } = host.options;
    this.#framer = new LineFramer({
      ...(maxLineBytes === undefined ? {} : { maxLineBytes }),
      blocks: host.blocks,
      onLines: (bytes, start, end) => {
        this.#takeLines(asBuffer(bytes), start, end);
      },
      onOversize: (length) => {
        host.counters.oversizeLines.value += 1;
        host.counters.oversizeBytes.value += length;
        onReject?.('line_too_long', session);
        if (this.isWaiting) this.#waiting.push(skippedMark);
        else options.onSkipped();
      },
    });
  }

  /** Whether whole events wait. */
  get isWaiting(): boolean {
    return this.#waiting.length > 0;
  }

  /** Whether a line without its end is held or being skipped. */
  get hasPartial(): boolean {
    return this.#framer.hasPartial;
  }

  /** Grows whenever the end of a line, or of several, was seen. */
  get endings(): number {
    return this.#framer.endings;
  }

  /** Memory taken, in bytes. */
  get heldBytes(): number {
    return this.#framer.heldBytes + this.#waitingBytes;
  }

  push(chunk: Uint8Array): void {
    this.#framer.push(chunk);
  }

  /** An unfinished line is whole as it is. */
  end(): void {
    this.#framer.end();
  }

  /** Hands on what waits, until it must wait again. */
  goOn(): void {
    // An event may cause the call, by resuming the listener.
    if (this.#isGoingOn) return;
    this.#isGoingOn = true;
    this.#handOnWaiting();
    this.#isGoingOn = false;
  }

  #handOnWaiting(): void {
    for (let lines = this.#waiting[0]; lines !== undefined; lines = this.#waiting[0]) {
      if (lines === skippedMark) {
        if (this.#options.mustWait()) return;
        this.#options.onSkipped();
      }
      const at = this.#handOn(lines, 0, lines.length);
      this.#waitingBytes -= at;
      if (at < lines.length) {
        this.#waiting[0] = lines.subarray(at);
        return;
      }
      this.#waiting.shift();
    }
  }

  releaseUnused(): void {
    this.#framer.releaseUnused();
  }

  /** Gives up what waits and an unfinished line, and tells of each event. */
  giveUp(reason: RejectReason): void {
    const { session, host } = this.#options;
    const { onReject, onShed } = host.options;
    const events = this.discard();
    if (reason === 'connection_lost') host.counters.cutLines.value += events;
    for (let event = 0; event < events; event += 1) {
      onReject?.(reason, session);
      if (reason === 'memory_cap') onShed?.(session);
    }
  }

  /** Drops what waits and an unfinished line; returns how many events that were. */
  discard(): number {
    let events = this.#framer.discardPartial() > 0 ? 1 : 0;
    for (const lines of this.#waiting.splice(0)) {
      for (let at = 0; at < lines.length;) {
        const lineEnd = findLineEnd(lines, at, lines.length);
        if (findTextEnd(lines, at, lineEnd) > at) events += 1;
        at = lineEnd + 1;
      }
    }
    this.#waitingBytes = 0;
    return events;
  }

  #takeLines(buffer: Buffer, start: number, end: number): void {
    const at = this.isWaiting ? start : this.#handOn(buffer, start, end);
    if (at >= end) return;
    const rest = Buffer.allocUnsafeSlow(end - at);
    buffer.copy(rest, 0, at, end);
    this.#waiting.push(rest);
    this.#waitingBytes += rest.length;
  }

  /** Gives back where it stopped; `end` when it did not. */
  #handOn(buffer: Buffer, start: number, end: number): number {
    let at = start;
    while (at < end) {
      const lineEnd = findLineEnd(buffer, at, end);
      const last = findTextEnd(buffer, at, lineEnd);
      if (last > at) {
        if (this.#options.mustWait()) return at;
        this.#options.onEvent(buffer, at, last);
      }
      at = lineEnd + 1;
    }
    return end;
  }
}
