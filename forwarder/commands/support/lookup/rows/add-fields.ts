import type { ProgressBar } from '../../progress.js';
import type { Failed } from '../look-up.js';
import type { RawRecord } from './record-reader.js';
import type { RowAnswer, RowAnswers } from './row-answers.js';
import type { ParsedRow, RowFormat } from './row-format.js';
import type { RowOutput } from './row-output.js';
import type { RowCounts, RowPlace, RowState } from './row-state.js';

export interface AddFieldsOptions {
  readonly records: AsyncIterable<readonly RawRecord[]>;
  readonly format: RowFormat;
  readonly answers: RowAnswers;
  readonly output: RowOutput;
  /** Where it begins; what is written before its first row is in the output already. */
  readonly from: RowPlace;
  /** Undefined: it cannot be gone on with. */
  readonly state: RowState | undefined;
  readonly bar: ProgressBar;
  readonly totalBytes: number | undefined;
  /** Reading ends when it is aborted. */
  readonly signal: AbortSignal;
  /** Milliseconds that nobody can set. */
  readonly monotonic: () => number;
}

/** How far the rows came, and why they ended; undefined: they were all there are. */
export interface AddedFields {
  readonly place: RowPlace;
  readonly stop: Failed | 'interrupted' | undefined;
}

/** A row whose answer is awaited, and those behind it. */
interface Waiting {
  readonly row: ParsedRow;
  readonly end: number;
  answer: RowAnswer | undefined;
}

/** Rows, and characters of them, that may wait for one before them. */
const mostWaiting = 4096;
const mostCharacters = 8 * 1_048_576;
const fullBytes = 262_144;
/** Rows that are done are written, and noted, at least so often. */
const noteEveryMs = 1000;

/**
 * Writes every row with its fields, in the order of the input, and notes now and then how far that is.
 * What it keeps in memory does not grow with the input.
 */
export async function addFields(options: AddFieldsOptions): Promise<AddedFields> {
  return new Adding(options).run();
}

class Adding {
  readonly #options: AddFieldsOptions;
  readonly #counts: RowCounts;
  #waiting: Waiting[] = [];
  #first = 0;
  #characters = 0;
  #position: number;
  #stop: Failed | undefined;
  #rows = 0;
  #notedAtMs: number;
  readonly #startedAtMs: number;

  constructor(options: AddFieldsOptions) {
    this.#options = options;
    this.#counts = { ...options.from.counts };
    this.#position = options.from.position;
    this.#startedAtMs = options.monotonic();
    this.#notedAtMs = this.#startedAtMs;
  }

  async run(): Promise<AddedFields> {
    const { records, signal, answers, totalBytes } = this.#options;
    let isCut = false;
    for await (const batch of records) {
      for (const record of batch) {
        if (signal.aborted || answers.stop !== undefined) break;
        this.#take(record);
        while (this.#mustWait) await this.#wait();
      }
      isCut = signal.aborted || answers.stop !== undefined;
      if (isCut) break;
      await this.#settle();
    }
    while (this.#isWaiting && this.#stop === undefined) await this.#wait();
    await this.#note();
    // A stream that is broken off ends like one that is over.
    if (signal.aborted && totalBytes === undefined) isCut = true;
    const isAll = this.#stop === undefined && !isCut;
    const stop = signal.aborted ? 'interrupted' : (this.#stop ?? answers.stop);
    return { place: this.#place, stop: isAll ? undefined : stop };
  }

  get #isWaiting(): boolean {
    return this.#first < this.#waiting.length;
  }

  get #mustWait(): boolean {
    if (!this.#isWaiting || this.#stop !== undefined) return false;
    const { answers } = this.#options;
    const length = this.#waiting.length - this.#first;
    return answers.isFull || length >= mostWaiting || this.#characters >= mostCharacters;
  }

  #take(record: RawRecord): void {
    const { format, answers } = this.#options;
    const row = format.parse(record.text);
    const answer = answers.of(row.value);
    const isKnown = !(answer instanceof Promise);
    if (isKnown && !this.#isWaiting) {
      this.#write(row, record.end, answer);
      return;
    }
    const waiting: Waiting = { row, end: record.end, answer: isKnown ? answer : undefined };
    if (!isKnown) {
      void answer.then((done) => {
        waiting.answer = done;
      });
    }
    this.#waiting.push(waiting);
    this.#characters += row.head.length;
  }

  /** Waits for a lookup, then writes the rows that are done up to the first that is not. */
  async #wait(): Promise<void> {
    if (this.#waiting[this.#first]?.answer === undefined) await this.#options.answers.any();
    this.#drain();
    await this.#settle();
  }

  #drain(): void {
    for (;;) {
      const next = this.#waiting[this.#first];
      if (next?.answer === undefined || this.#stop !== undefined) break;
      this.#first += 1;
      this.#characters -= next.row.head.length;
      this.#write(next.row, next.end, next.answer);
    }
    if (this.#first < mostWaiting && this.#isWaiting) return;
    this.#waiting = this.#waiting.slice(this.#first);
    this.#first = 0;
  }

  #write({ head, tail, isWhole }: ParsedRow, end: number, answer: RowAnswer): void {
    if (answer.kind === 'stop') {
      this.#stop = answer.failure;
      return;
    }
    this.#options.output.write(isWhole ? head + answer.addition + tail : head + tail);
    this.#counts[answer.kind] += 1;
    this.#position = end;
    this.#rows += 1;
  }

  get #place(): RowPlace {
    return {
      position: this.#position,
      written: this.#options.output.written,
      counts: { ...this.#counts },
    };
  }

  async #settle(): Promise<void> {
    const { output, monotonic, bar, totalBytes, answers } = this.#options;
    const now = monotonic();
    const rate = Math.round((this.#rows * 1000) / Math.max(1000, now - this.#startedAtMs));
    const label = `${this.#rows} rows, ${rate}/s, ${answers.lookups} values`;
    bar.update(this.#position, totalBytes, label);
    if (now - this.#notedAtMs >= noteEveryMs) await this.#note();
    else if (output.waiting >= fullBytes) await output.flush();
  }

  /** All that is done is in the output before it is noted to be. */
  async #note(): Promise<void> {
    const { output, state, monotonic } = this.#options;
    await output.flush();
    if (state !== undefined) {
      await output.sync();
      state.save(this.#place);
    }
    this.#notedAtMs = monotonic();
  }
}
