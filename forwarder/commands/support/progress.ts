import { styleText } from 'node:util';

import { sizeText } from './table.js';

export interface ProgressBar {
  /**
   * Draws how far the work is, in bytes; `label` says what it is. `total` undefined: nobody knows how
   * much it will be, and what there is so far is shown.
   */
  update(done: number, total: number | undefined, label: string): void;
  /** Removes the bar from the screen. What follows is new work, with a rate of its own. */
  clear(): void;
}

export interface ProgressOptions {
  readonly stream: { write(text: string): unknown; readonly isTTY?: boolean; columns?: number };
  readonly nowMs: () => number;
  /** Nothing is drawn before this time has passed: short work needs no bar. */
  readonly delayMs?: number;
}

const barWidth = 24;
const redrawMs = 100;
/** Of work whose end nobody knows, this much of the bar moves along. */
const movingWidth = 6;

/** A one-line progress bar for long work. Draws on terminals only; elsewhere it stays silent. */
export function createProgressBar(options: ProgressOptions): ProgressBar {
  const { stream, nowMs, delayMs = 500 } = options;
  let startedAtMs = nowMs();
  let drawnAtMs = 0;
  let isDrawn = false;
  return {
    update(done, total, label) {
      if (stream.isTTY !== true) return;
      const now = nowMs();
      if (now - startedAtMs < delayMs || now - drawnAtMs < redrawMs) return;
      drawnAtMs = now;
      isDrawn = true;
      const rate = (done * 1000) / (now - startedAtMs);
      const bar = total === undefined ? movingBar(now) : filledBar(done, total);
      const text =
        total === undefined
          ? `  ${label}  ${sizeText(done)}, ${sizeText(rate)}/s`
          : ` ${percent(done, total)}  ${label}${restText(done, total, rate)}`;
      const room = Math.max(0, (stream.columns ?? 80) - barWidth - 1);
      stream.write(`\r\u001b[K${styleText('cyan', bar)}${text.slice(0, room)}`);
    },
    clear() {
      if (isDrawn) stream.write('\r\u001b[K');
      isDrawn = false;
      startedAtMs = nowMs();
    },
  };
}

function filledBar(done: number, total: number): string {
  const filled = Math.round(shareOf(done, total) * barWidth);
  return '━'.repeat(filled) + ' '.repeat(barWidth - filled);
}

function movingBar(nowMs: number): string {
  const at = Math.floor(nowMs / redrawMs) % (barWidth - movingWidth + 1);
  return ' '.repeat(at) + '━'.repeat(movingWidth) + ' '.repeat(barWidth - movingWidth - at);
}

function percent(done: number, total: number): string {
  return `${String(Math.floor(shareOf(done, total) * 100)).padStart(3)} %`;
}

function shareOf(done: number, total: number): number {
  return total > 0 ? Math.min(1, done / total) : 0;
}

/** How fast it goes and how long it will take, once there is something to tell it by. */
function restText(done: number, total: number, rate: number): string {
  if (done <= 0 || done >= total) return '';
  return `  ${sizeText(rate)}/s, ${Math.ceil((total - done) / rate)} s left`;
}
