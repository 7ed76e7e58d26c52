import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { readLookupOptions } from '../../forwarder/commands/support/lookup/lookup-options.js';
import { runRows } from '../../forwarder/commands/support/lookup/rows/run-rows.js';
import { runValues } from '../../forwarder/commands/support/lookup/run-values.js';
import type { Portal } from '../../forwarder/lookup/portal.js';
import { fakePortal } from '../lookup/cache/fake-portal.js';
import type { FakePortal, FakePortalOptions } from '../lookup/cache/fake-portal.js';

type Given = Readonly<Record<string, unknown>>;

/** A folder for rows, and rows run in it with fields added by a portal. */
export interface RowsFolder {
  readonly path: string;
  write(name: string, content: string | Uint8Array): Promise<string>;
  read(name: string): Promise<string>;
  /** Runs quietly; options as commander gives them, files by their names in the folder. */
  run(portal: Portal, given: Given, args?: readonly string[]): Promise<number>;
  remove(): Promise<void>;
}

export async function rowsFolder(maxConcurrent = 4): Promise<RowsFolder> {
  const path = await mkdtemp(join(tmpdir(), 'tf-lookup-'));
  const named = (name: unknown): string | undefined =>
    typeof name === 'string' ? join(path, name) : undefined;
  return {
    path,
    async write(name, content) {
      await writeFile(join(path, name), content);
      return join(path, name);
    },
    read: (name) => readFile(join(path, name), 'utf8'),
    async run(portal, given, args = []) {
      const files = { csv: named(given['csv']), ndjson: named(given['ndjson']) };
      const output = join(path, (given['output'] as string | undefined) ?? 'out');
      const wanted = readLookupOptions({ quiet: true, ...given, ...files, output }, args);
      if (wanted.rows === undefined) throw new Error('these are no rows');
      const interrupt = {
        signal: new AbortController().signal,
        exitCode: undefined,
        close: () => undefined,
      };
      return runRows({ wanted, rows: wanted.rows, portal, maxConcurrent, interrupt });
    },
    remove: () => rm(path, { recursive: true, force: true }),
  };
}

/** What a portal that knows everything says of an address: its zone and hits come from the value. */
export function knowingPortal(options: FakePortalOptions = {}): FakePortal {
  return fakePortal(
    ({ value }) => ({
      Zone: value.endsWith('1') ? 'Red' : 'Green',
      IpGeneralInfo: { HitsCount: hitsOf(value), Categories: ['A, "B"', 'Ç\r\nD'] },
    }),
    options,
  );
}

export function hitsOf(value: string): number {
  return Number(value.split('.').at(-1)) * 10;
}

/** Looks values up; what is shown comes back. */
export async function lookUpValues(
  portal: Portal,
  given: Given,
  args: readonly string[],
): Promise<{ readonly code: number; readonly text: string }> {
  let text = '';
  const write = (part: string): boolean => {
    text += part;
    return true;
  };
  const code = await runValues({
    wanted: readLookupOptions(given, args),
    portal,
    signal: new AbortController().signal,
    maxConcurrent: 1,
    nowMs: () => 10_000_000,
    output: { write },
  });
  return { code, text };
}
