import type { ProgressBar } from '../progress.js';
import { csvRow } from './csv-rows.js';
import type { FoundLine } from './found-line.js';
import type { ScanPosition } from './line-blocks.js';
import type { ResumeFile, SavedScan } from './resume-file.js';
import { Tally } from './tally.js';
import type { FileSink, TextSink } from './text-sink.js';
import type { ScanTotals } from './totals.js';

/** Events that are done with, in the order of the inputs. */
export interface ScannedPart {
  readonly events: number;
  readonly found: readonly FoundLine[];
  /** Everything before it is done with too. */
  readonly to: ScanPosition;
  /** Bytes of the inputs' files that were read for it and all before it. */
  readonly readBytes: number;
}

export interface ScanRecordOptions {
  readonly report: FileSink | undefined;
  /** A file or standard output. */
  readonly csv: TextSink | undefined;
  readonly csvFile: FileSink | undefined;
  /** Where detections are shown. */
  readonly shown: TextSink | undefined;
  readonly resume: ResumeFile | undefined;
  /** Where an interrupted scan goes on. */
  readonly saved: SavedScan | undefined;
  readonly start: ScanPosition;
  readonly bar: ProgressBar;
  /** Bytes of all inputs, if that is known. */
  readonly totalBytes: number | undefined;
  /** Milliseconds that nobody can set. */
  readonly monotonic: () => number;
}

/** So much text may wait before it is written. */
const fullCharacters = 262_144;
/** A scan that is killed loses what it did after the last note of this. */
const noteEveryMs = 1000;
/** Notes take no more than this share of the time. */
const noteShare = 0.05;

/** What a scan has come to: counts, the report, and the note by which it could go on. */
export class ScanRecord {
  readonly #options: ScanRecordOptions;
  readonly tally: Tally;
  /** Set when the last of the inputs has been read. */
  isAllRead = false;
  #startedAtMs: number;
  readonly #before: ScanTotals | undefined;
  #position: ScanPosition;
  #events: number;
  #detections: number;
  #longLines: number;
  #unreadable: number;
  #readBytes: number;
  #notedAtMs: number;
  #noteEveryMs = noteEveryMs;
  #writing: Promise<void> = Promise.resolve();

  constructor(options: ScanRecordOptions) {
    this.#options = options;
    const { saved } = options;
    this.tally = new Tally(saved?.tally);
    this.#before = saved?.totals;
    this.#position = options.start;
    this.#events = saved?.totals.events ?? 0;
    this.#detections = saved?.totals.detections ?? 0;
    this.#longLines = saved?.totals.longLines ?? 0;
    this.#unreadable = saved?.totals.unreadable ?? 0;
    this.#readBytes = saved?.totals.bytes ?? 0;
    this.#startedAtMs = options.monotonic();
    this.#notedAtMs = this.#startedAtMs;
  }

  /** What was done up to now, such as loading feeds, is no part of the scan's time. */
  begin(): void {
    this.#startedAtMs = this.#options.monotonic();
    this.#notedAtMs = this.#startedAtMs;
  }

  get position(): ScanPosition {
    return this.#position;
  }

  get totals(): ScanTotals {
    const { monotonic } = this.#options;
    return {
      files: this.#events === 0 && this.#position.line === 0 ? 0 : this.#position.input + 1,
      events: this.#events,
      detections: this.#detections,
      bytes: this.#readBytes,
      elapsedMs: Math.round((this.#before?.elapsedMs ?? 0) + monotonic() - this.#startedAtMs),
      longLines: this.#longLines,
      unreadable: this.#unreadable,
    };
  }

  /** Takes the next part; what is to be written waits for settle(). */
  take({ events, found, to, readBytes }: ScannedPart): void {
    const { report, csv, shown } = this.#options;
    for (const line of found) {
      this.tally.add(line.category, line.indicator);
      report?.write(`${line.text}\n`);
      shown?.write(`${line.text}\n`);
      csv?.write(csvRow(line));
    }
    this.#events += events;
    this.#detections += found.length;
    this.#position = to;
    this.#readBytes = Math.max(this.#readBytes, readBytes);
  }

  /** A line was left out. */
  leaveOut(): void {
    this.#longLines += 1;
  }

  /** An input could not be read to its end. */
  passOver(): void {
    this.#unreadable += 1;
  }

  /** Writes what waits when it is much, notes how far the scan is when that is due. */
  settle(): Promise<void> {
    const { bar, totalBytes } = this.#options;
    bar.update(this.#readBytes, totalBytes, this.#label());
    return this.#inTurn(() => this.#settle());
  }

  /** Writes all that waits, and notes where the scan stands: what is noted is in the report. */
  note(): Promise<void> {
    return this.#inTurn(() => this.#note());
  }

  flush(): Promise<void> {
    return this.#inTurn(() => this.#flush());
  }

  /** Several connections settle; what they write must not meet in a file. */
  #inTurn(work: () => Promise<void>): Promise<void> {
    this.#writing = this.#writing.then(work);
    // It is told to whoever waits for it.
    this.#writing.catch(() => undefined);
    return this.#writing;
  }

  async #settle(): Promise<void> {
    const { monotonic, resume } = this.#options;
    const now = monotonic();
    if (resume !== undefined && now - this.#notedAtMs >= this.#noteEveryMs) {
      await this.#note();
      const after = monotonic();
      this.#notedAtMs = after;
      this.#noteEveryMs = Math.max(noteEveryMs, (after - now) / noteShare);
      return;
    }
    const { report, csv, shown } = this.#options;
    const waiting = [report, csv, shown].map((sink) => sink?.waiting ?? 0);
    if (Math.max(...waiting) >= fullCharacters) await this.#flush();
  }

  async #note(): Promise<void> {
    const { report, csvFile, resume } = this.#options;
    const { position, totals } = this;
    const tally = this.tally.saved();
    // The texts of this very moment: others may come while they are written.
    await this.#flush();
    resume?.save({
      position,
      totals,
      tally,
      report: report && { path: report.path, bytes: report.bytes },
      csv: csvFile && { path: csvFile.path, bytes: csvFile.bytes },
    });
  }

  /** All sinks give away what they hold before anything is waited for. */
  async #flush(): Promise<void> {
    const { report, csv, shown } = this.#options;
    const sinks = [report, csv, shown].filter((sink) => sink !== undefined);
    await Promise.all(sinks.map((sink) => sink.flush()));
  }

  #label(): string {
    const { monotonic } = this.#options;
    const seconds = Math.max(1, monotonic() - this.#startedAtMs) / 1000;
    const rate = Math.round((this.#events - (this.#before?.events ?? 0)) / seconds);
    return `${this.#events} events, ${rate}/s, ${this.#detections} detections`;
  }
}
