/** One line on a terminal that says what is being done; nothing elsewhere. */
export interface Progress {
  /** `share` from 0 to 1. */
  show(what: string, share: number): void;
  clear(): void;
}

const redrawMs = 200;

/** Writes to standard error, so that results can be piped. */
export function createProgress(
  stream: { readonly isTTY?: boolean; write(text: string): unknown } = process.stderr,
): Progress {
  let shownAtMs = -Infinity;
  let shownText = '';
  return {
    show(what, share) {
      if (stream.isTTY !== true) return;
      const now = performance.now();
      if (what === shownText && now - shownAtMs < redrawMs) return;
      shownAtMs = now;
      shownText = what;
      const percent = share > 0 ? `  ${Math.floor(share * 100)} %` : '';
      stream.write(`\r\u001b[K${what}${percent}`);
    },
    clear() {
      if (stream.isTTY === true) stream.write('\r\u001b[K');
    },
  };
}
