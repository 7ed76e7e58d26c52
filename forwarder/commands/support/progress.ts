import { styleText } from 'node:util';

export interface ProgressBar {
  /** Draws the share done; `label` stands behind it. */
  update(done: number, total: number, label: string): void;
  /** Removes the bar from the screen. */
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

/** A one-line progress bar for long work. Draws on terminals only; elsewhere it stays silent. */
export function createProgressBar(options: ProgressOptions): ProgressBar {
  const { stream, nowMs, delayMs = 500 } = options;
  const startedAtMs = nowMs();
  let drawnAtMs = 0;
  let isDrawn = false;
  return {
    update(done, total, label) {
      if (stream.isTTY !== true) return;
      const now = nowMs();
      if (now - startedAtMs < delayMs || now - drawnAtMs < redrawMs) return;
      drawnAtMs = now;
      isDrawn = true;
      const share = total > 0 ? Math.min(1, done / total) : 0;
      const filled = Math.round(share * barWidth);
      const bar = '━'.repeat(filled) + ' '.repeat(barWidth - filled);
      const percent = `${String(Math.floor(share * 100)).padStart(3)} %`;
      const line = `${styleText('cyan', bar)} ${percent}  ${label}`;
      stream.write(`\r\u001b[K${line.slice(0, (stream.columns ?? 80) + 10)}`);
    },
    clear() {
      if (isDrawn) stream.write('\r\u001b[K');
      isDrawn = false;
    },
  };
}
