import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { openDictionaries, type Dictionaries } from '../../../forwarder/enrichment/index.js';
import { createMetrics, silentLogger, type Metrics } from '../../../forwarder/telemetry/index.js';

/** A folder for the files of one test file; remove() it at the end. */
export function temporaryFolder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'tf-enrichment-'));
  return {
    path,
    remove() {
      rmSync(path, { recursive: true, force: true });
    },
  };
}

export interface Opened {
  readonly metrics: Metrics;
  readonly dictionaries: Dictionaries;
  /** The context under a key, as an object; undefined: not found. */
  readonly find: (text: string) => Readonly<Record<string, string>> | undefined;
}

/** Writes a file and opens it as a dictionary. */
export async function openText(
  path: string,
  content: string | Uint8Array,
  options: { readonly key: string; readonly delimiter?: string },
): Promise<Opened> {
  writeFileSync(path, content);
  const metrics = createMetrics();
  const dictionaries = await openDictionaries([{ path, name: 'Table', ...options }], {
    logger: silentLogger,
    counters: metrics,
  });
  return {
    metrics,
    dictionaries,
    find: (text) => {
      const [found] = dictionaries.find([{ key: 'url', text }]);
      return found === undefined ? undefined : Object.fromEntries(found.context);
    },
  };
}
