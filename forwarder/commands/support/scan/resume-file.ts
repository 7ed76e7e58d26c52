import { createHash } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import { messageOf, ServiceError } from '../../../core/index.js';
import { replaceText } from '../../../service/indexing/replace-text.js';
import type { ScanPosition } from './line-blocks.js';
import { resumeName } from './own-files.js';
import type { ScanInput } from './scan-inputs.js';
import type { SavedTally } from './tally.js';
import type { ScanTotals } from './totals.js';

/** A file of the output, and how much of it the scan had written. */
export interface SavedOutput {
  readonly path: string;
  readonly bytes: number;
}

/** Where an interrupted scan stood. */
export interface SavedScan {
  readonly position: ScanPosition;
  readonly totals: ScanTotals;
  readonly tally: SavedTally;
  readonly report: SavedOutput | undefined;
  readonly csv: SavedOutput | undefined;
}

interface SavedFile extends SavedScan {
  readonly version: 1;
  readonly inputs: readonly ScanInput[];
}

const maxBytes = 64 * 1_048_576;

/**
 * The file by which a scan goes on after it was interrupted: one for each set of inputs and each way
 * to look events up, in the folder of the reports.
 */
export class ResumeFile {
  readonly path: string;
  readonly #inputs: readonly ScanInput[];

  constructor(directory: string, inputs: readonly ScanInput[], way: string) {
    this.#inputs = inputs;
    const named = inputs.map((input) => [
      input.kind,
      input.kind === 'file' ? resolve(input.name) : input.name,
      input.kind === 'values' ? input.events : [],
    ]);
    const key = createHash('sha256')
      .update(JSON.stringify([way, named]))
      .digest('hex');
    this.path = join(directory, resumeName(key.slice(0, 12)));
  }

  /** Whether the inputs can be gone back to: what came by a pipe is gone. */
  get isPossible(): boolean {
    return this.#inputs.every(({ kind }) => kind !== 'stream');
  }

  /** Keeps where the scan stands; as a whole or not at all. Throws ServiceError TF_USAGE. */
  save(scan: SavedScan): void {
    const file: SavedFile = { version: 1, inputs: this.#inputs, ...scan };
    try {
      replaceText(this.path, `${JSON.stringify(file)}\n`);
    } catch (error) {
      throw new ServiceError('TF_USAGE', `cannot write it: ${messageOf(error)}`, {
        where: this.path,
        hint: 'see that the folder can be written, or name another: --output-dir',
        cause: error,
      });
    }
  }

  /**
   * Where the scan stood. Throws ServiceError TF_USAGE when there is no such scan or an input is not
   * what it was: another file, or one that has grown.
   */
  async read(): Promise<SavedScan> {
    const saved = parse(await this.#text());
    if (saved === undefined) {
      throw this.#bad('it cannot be understood', 'remove it and scan from the begin');
    }
    for (const [number, input] of this.#inputs.entries()) {
      const before = saved.inputs[number];
      if (input.kind !== 'file' || before?.kind !== 'file') continue;
      if (before.sizeBytes === input.sizeBytes && before.modifiedAtMs === input.modifiedAtMs) {
        continue;
      }
      throw new ServiceError('TF_USAGE', 'the file has changed since the scan was interrupted', {
        where: input.name,
        hint: 'scan it from the begin: leave --resume out',
      });
    }
    return saved;
  }

  async remove(): Promise<void> {
    await rm(this.path, { force: true });
  }

  async #text(): Promise<string> {
    try {
      const text = await readFile(this.path, 'utf8');
      if (text.length <= maxBytes) return text;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
        throw new ServiceError('TF_USAGE', 'there is no interrupted scan of these inputs', {
          where: this.path,
          hint: 'give the same inputs and --output-dir as before, or leave --resume out',
        });
      }
      throw this.#bad(`it cannot be read: ${messageOf(error)}`, 'see that you may read it');
    }
    throw this.#bad('it is too large', 'remove it and scan from the begin');
  }

  #bad(problem: string, hint: string): ServiceError {
    return new ServiceError('TF_USAGE', `${problem} (${this.path})`, { where: '--resume', hint });
  }
}

function parse(text: string): SavedFile | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  return isSavedFile(value) ? value : undefined;
}

/** Its own writer's file: what a broken disk or an editor may have changed is looked at. */
function isSavedFile(value: unknown): value is SavedFile {
  if (!isObject(value) || value['version'] !== 1 || !Array.isArray(value['inputs'])) return false;
  const { position, totals, tally, report, csv } = value;
  return (
    hasNumbers(position, ['input', 'line', 'offset']) &&
    hasNumbers(totals, [
      'files',
      'events',
      'detections',
      'bytes',
      'elapsedMs',
      'longLines',
      'unreadable',
    ]) &&
    isObject(tally) &&
    Array.isArray(tally['categories']) &&
    tally['categories'].every(
      (one) =>
        isObject(one) &&
        typeof one['name'] === 'string' &&
        hasNumbers(one, ['detections']) &&
        Array.isArray(one['indicators']),
    ) &&
    [report, csv].every(
      (one) =>
        one === undefined ||
        (isObject(one) && typeof one['path'] === 'string' && hasNumbers(one, ['bytes'])),
    )
  );
}

function hasNumbers(value: unknown, names: readonly string[]): boolean {
  return (
    isObject(value) &&
    names.every((name) => Number.isSafeInteger(Math.floor(Number(value[name] ?? Number.NaN))))
  );
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
