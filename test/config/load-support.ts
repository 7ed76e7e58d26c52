import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { loadConfig } from '../../forwarder/config/index.js';
import type { LoadedConfig, LoadOptions } from '../../forwarder/config/index.js';
import { ServiceError } from '../../forwarder/core/index.js';

export const packageDirectory = fileURLToPath(new URL('../..', import.meta.url));
export const goodDirectory = join(packageDirectory, 'test/fixtures/config/good');

/** A folder for one test file; `remove` deletes it. */
export function scratchDirectory(): { readonly path: string; readonly remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'forwarder-config-'));
  return {
    path,
    remove: () => {
      rmSync(path, { recursive: true, force: true });
    },
  };
}

/** Loads with an empty environment and no arguments, from a folder without a forwarder.yaml. */
export function load(options: Partial<LoadOptions> = {}): Promise<LoadedConfig> {
  return loadConfig({ env: {}, set: [], cwd: tmpdir(), packageDirectory, ...options });
}

/** Loads a text as the file `forwarder.yaml` of a folder. */
export function loadText(
  directory: string,
  text: string | Uint8Array,
  options: Partial<LoadOptions> = {},
): Promise<LoadedConfig> {
  writeFileSync(join(directory, 'forwarder.yaml'), text);
  return load({ cwd: directory, ...options });
}

/** The ServiceError a promise ends with; fails when it ends in any other way. */
export async function refusal(promise: Promise<unknown>): Promise<ServiceError> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof ServiceError) return error;
    throw error;
  }
  throw new Error('was not refused');
}

/** What an entry of `feeds` has where nothing is given. */
export const feedDefaults = {
  minConfidence: 0,
  outdatedAfterHours: 0,
  filters: {},
  requiredFields: [],
  actionableFields: {},
  overBroad: 'refuse',
  allowShrink: false,
  usedInMatching: true,
  sentToSiem: true,
  live: false,
  enabled: true,
} as const;
