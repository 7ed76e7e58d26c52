import type { LoadedConfig } from '../../config/index.js';
import { loadThreatIndex } from '../../service/indexing/threat-index.js';
import type { LoadedIndex } from '../../service/indexing/threat-index.js';
import { createProgressBar } from './progress.js';

/** Loads all feeds, with a progress bar on a terminal. Errors as loadThreatIndex. */
export async function loadWithProgress(loaded: LoadedConfig): Promise<LoadedIndex> {
  const bar = createProgressBar({ stream: process.stderr, nowMs: Date.now });
  try {
    return await loadThreatIndex(loaded, {
      onProgress({ bytes, totalBytes, feed }) {
        bar.update(bytes, totalBytes, `loading ${feed}`);
      },
    });
  } finally {
    bar.clear();
  }
}
