import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { runScan } from '../../../forwarder/commands/support/scan/run-scan.js';

/** A folder for one test, and scans whose reports lie in it. */
export interface ScanFolder {
  readonly path: string;
  write(name: string, content: string | Uint8Array): Promise<string>;
  /** Scans quietly; the options as commander gives them. */
  scan(given: Readonly<Record<string, unknown>>, args?: readonly string[]): Promise<number>;
  /** The lines of the only report. */
  report(): Promise<readonly string[]>;
  files(): Promise<readonly string[]>;
  remove(): Promise<void>;
}

export async function scanFolder(): Promise<ScanFolder> {
  const path = await mkdtemp(join(tmpdir(), 'tf-scan-'));
  const reports = async (): Promise<readonly string[]> =>
    (await readdir(path)).filter((name) => name.startsWith('log_scanner_report'));
  return {
    path,
    async write(name, content) {
      const file = join(path, name);
      await writeFile(file, content);
      return file;
    },
    scan: (given, args = []) => runScan({ outputDir: path, quiet: true, ...given }, args),
    async report() {
      const names = await reports();
      if (names.length !== 1) throw new Error(`there are ${names.length} reports`);
      const text = await readFile(join(path, names[0] ?? ''), 'utf8');
      return text.replace(/\n$/, '').split('\n');
    },
    files: () => readdir(path),
    remove: () => rm(path, { recursive: true, force: true }),
  };
}

/** Lines, every `every`th of which holds an address that the fake service detects. */
export function eventLines(count: number, every = 10): readonly string[] {
  return Array.from({ length: count }, (_, number) =>
    number % every === 0
      ? `event ${number} src=10.0.0.1 dst=192.0.2.${number % 250}`
      : `event ${number} src=10.0.0.1 dst=10.1.1.1`,
  );
}
