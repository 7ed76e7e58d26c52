import { createHash } from 'node:crypto';
import { readFile, rm, stat } from 'node:fs/promises';

import { messageOf } from '../../../../core/index.js';
import { replaceText } from '../../../../service/indexing/replace-text.js';
import { usage } from '../lookup-options.js';
import { rowOutcomes } from './row-answers.js';
import type { RowOutcome } from './row-answers.js';

/** How many rows became what. */
export type RowCounts = Record<RowOutcome, number>;

/** How far rows are: all before it is in the output. */
export interface RowPlace {
  /** Bytes of the input that are done. */
  readonly position: number;
  /** Bytes of the output that belong to them. */
  readonly written: number;
  readonly counts: Readonly<RowCounts>;
}

interface SavedState extends RowPlace {
  readonly version: 1;
  /** What was asked of which input, so that another run does not go on with these rows. */
  readonly run: string;
  readonly sizeBytes: number;
  readonly modifiedAtMs: number;
}

export function noRows(): RowCounts {
  return { data: 0, noData: 0, refused: 0, notRecognised: 0, empty: 0 };
}

/** The file beside the output by which rows that were interrupted go on: `FILE.state`. */
export class RowState {
  readonly path: string;
  readonly #input: string;
  readonly #run: string;
  #sizeBytes = 0;
  #modifiedAtMs = 0;

  /** `options`: whatever makes the output another one. */
  constructor(output: string, input: string, options: unknown) {
    this.path = `${output}.state`;
    this.#input = input;
    this.#run = createHash('sha256').update(JSON.stringify(options)).digest('hex');
  }

  /** Looks at the input as it is now. Throws ServiceError TF_USAGE when it is no file to be gone back to. */
  async look(): Promise<void> {
    const found = await stat(this.#input);
    this.#sizeBytes = found.size;
    this.#modifiedAtMs = found.mtimeMs;
  }

  /** Keeps how far the rows are; as a whole or not at all. Throws ServiceError TF_USAGE. */
  save(place: RowPlace): void {
    const state: SavedState = {
      version: 1,
      run: this.#run,
      sizeBytes: this.#sizeBytes,
      modifiedAtMs: this.#modifiedAtMs,
      ...place,
    };
    try {
      replaceText(this.path, `${JSON.stringify(state)}\n`);
    } catch (error) {
      throw usage(
        this.path,
        `cannot write it: ${messageOf(error)}`,
        'see that the folder can be written, or name another: --output',
      );
    }
  }

  /** How far the interrupted rows were. Throws ServiceError TF_USAGE when these are not the same. */
  async read(): Promise<RowPlace> {
    let state: unknown;
    try {
      state = JSON.parse(await readFile(this.path, 'utf8'));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
        throw usage(
          '--resume',
          `there is nothing that was interrupted (${this.path})`,
          'name the same --output as before, or leave --resume out',
        );
      }
      throw this.#bad(messageOf(error));
    }
    if (!isState(state)) throw this.#bad('it is no such file');
    if (state.run !== this.#run) {
      throw usage(
        '--resume',
        'other rows, fields or options were interrupted',
        'give the same options as before, or leave --resume out',
      );
    }
    if (state.sizeBytes !== this.#sizeBytes || state.modifiedAtMs !== this.#modifiedAtMs) {
      throw usage(
        this.#input,
        'the file has changed since it was interrupted',
        'begin anew: leave --resume out',
      );
    }
    return state;
  }

  async remove(): Promise<void> {
    await rm(this.path, { force: true });
  }

  #bad(problem: string): Error {
    return usage(
      this.path,
      `it cannot be read: ${problem}`,
      'remove it and begin anew: leave --resume out',
    );
  }
}

/** Its own writer's file: what a broken disk or an editor may have changed is looked at. */
function isState(value: unknown): value is SavedState {
  if (!isObject(value) || value['version'] !== 1 || typeof value['run'] !== 'string') return false;
  const { counts } = value;
  return (
    isCount(value['position']) &&
    isCount(value['written']) &&
    isObject(counts) &&
    rowOutcomes.every((name) => isCount(counts[name]))
  );
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
