import type { OnStep } from '../../../../dsm/console/setup/setup.js';
import { printable } from '../table.js';

export interface SetupProgress {
  readonly onStep: OnStep;
  /** Takes the line off the screen. */
  clear(): void;
}

/** One line on a terminal that says how far a setup is; silent elsewhere. */
export function setupProgress(
  stream: NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number },
): SetupProgress {
  if (stream.isTTY !== true) return { onStep: () => undefined, clear: () => undefined };
  let isDrawn = false;
  return {
    onStep({ resource, name }, done, total) {
      const text = `${String(done).padStart(String(total).length)}/${total}  ${resource} ${printable(name)}`;
      stream.write(`\r\u001b[K${text.slice(0, Math.max(0, (stream.columns ?? 80) - 1))}`);
      isDrawn = true;
    },
    clear() {
      if (isDrawn) stream.write('\r\u001b[K');
      isDrawn = false;
    },
  };
}
