import type { IntakeSession, Logger } from '../../../core/index.js';
import type { LoadedConfig } from '../../../config/index.js';
import type { Dialect } from '../../../service/dialects/index.js';
import { Evaluator } from '../../../service/evaluator.js';
import type { LoadedIndex } from '../../../service/indexing/threat-index.js';
import { pipelineCounters } from '../../../service/pipeline-counters.js';
import { compileRules, withIndex } from '../../../service/rules.js';
import type { Rules } from '../../../service/rules.js';
import { BatchQueue } from '../../../service/scanning/batch-queue.js';
import type { Batch } from '../../../service/scanning/batch-queue.js';
import { loadKernel } from '../../../service/scanning/load-kernel.js';
import { ScanPool } from '../../../service/scanning/scan-pool.js';
import { batchBytes } from '../../../service/scanning/scan-thread.js';
import type { ScanAnswer } from '../../../service/scanning/scan-thread.js';
import { readLoopToken } from '../../../service/storm/loop-token.js';
import { createMetrics } from '../../../telemetry/index.js';
import type { FoundLine } from './found-line.js';
import type { LineBlock, ScanPosition } from './line-blocks.js';
import { countLines, LineNumbers } from './line-numbers.js';
import type { ScannedPart } from './scan-record.js';

export interface LocalScanOptions {
  readonly loaded: LoadedConfig;
  readonly index: LoadedIndex;
  /** Threads that scan beside this one. */
  readonly helpers: number;
  readonly logger: Logger;
  readonly skipsComments: boolean;
  /** How a detection is written. */
  readonly dialect: Dialect;
  readonly fileOf: (input: number) => string;
  /** Called for every part that is done with, in the order of the inputs. */
  readonly onDone: (part: ScannedPart) => void;
}

/** The lines of a part of a block. */
interface LocalBatch extends Batch {
  /** The number of the line before the first. */
  readonly linesBefore: number;
  readonly block: LineBlock;
  /** Where the part ends in its input. */
  readonly to: ScanPosition;
  readonly found: FoundLine[];
}

const lf = 10;
const hash = 35;
const session: IntakeSession = { id: 1, listener: 'scan', peer: '127.0.0.1' };

/**
 * Scans blocks of lines with the feeds of a configuration, as the service does with what it
 * receives: the batch scanner says of most lines that they surely hold nothing, the exact path looks
 * at the others. Nothing is listened to, and nothing is delivered.
 */
export class LocalScan {
  readonly #options: LocalScanOptions;
  readonly #rules: Rules;
  readonly #evaluator: Evaluator;
  readonly #pool: ScanPool | undefined;
  readonly #queue: BatchQueue | undefined;
  #fault: { readonly error: unknown } | undefined;

  private constructor(options: LocalScanOptions, rules: Rules, wasm: Uint8Array | undefined) {
    this.#options = options;
    this.#rules = rules;
    const metrics = createMetrics();
    this.#evaluator = new Evaluator({
      rules,
      counters: pipelineCounters(metrics),
      clock: Date.now,
      runId: 'scan',
    });
    if (wasm === undefined || options.helpers < 1) return;
    const { helpers: size, logger } = options;
    this.#pool = new ScanPool({ size, wasm, rules: rules.scanRules, metrics, logger });
    this.#queue = new BatchQueue(this.#pool, {
      scanHere: (batch, bytes, start, end) => {
        this.#scanHere(batch as LocalBatch, bytes, start, end);
        return 0;
      },
      takeScanned: (batch, bytes, answer) => {
        this.#takeScanned(batch as LocalBatch, bytes, answer);
        return 0;
      },
      countLines: () => undefined,
    });
  }

  /** Throws ServiceError TF_TEMPLATE or TF_PATTERN for a configuration that `run` would refuse. */
  static async open(options: LocalScanOptions): Promise<LocalScan> {
    const { loaded, index, logger } = options;
    const rules = await compileRules(loaded, { loopToken: await readLoopToken(loaded) });
    const kernel = await loadKernel(logger);
    return new LocalScan(options, withIndex(rules, index.compiled, kernel?.kernel), kernel?.wasm);
  }

  /** Scans a block; with helping threads the end of it may be done with later, see idle(). */
  take(block: LineBlock): void {
    const { bytes } = block;
    let lines = block.from.line;
    for (let at = 0; at < bytes.length;) {
      const end = this.#queue === undefined ? bytes.length : batchEnd(bytes, at);
      const after = end === bytes.length ? block.to.line : lines + countLines(bytes, at, end);
      const batch: LocalBatch = {
        session,
        onFault: (error) => {
          this.#fault ??= { error };
        },
        linesBefore: lines,
        block,
        to: { ...block.from, line: after, offset: block.from.offset + end },
        found: [],
      };
      if (this.#queue === undefined) this.#scanHere(batch, bytes, at, end);
      else {
        this.#queue.take(batch, bytes, at, end, this.#rules.extractor.allowsScanner(session.peer));
      }
      lines = after;
      at = end;
    }
    this.#check();
  }

  /** Resolves when everything that was taken is done with. */
  async idle(): Promise<void> {
    await this.#queue?.idle();
    this.#check();
  }

  async close(): Promise<void> {
    await this.#pool?.close();
  }

  #check(): void {
    if (this.#fault !== undefined) throw this.#fault.error;
  }

  #scanHere(batch: LocalBatch, bytes: Uint8Array, start: number, end: number): void {
    const lines = new LineNumbers(bytes, start, batch.linesBefore);
    let events = 0;
    if (this.#rules.extractor.allowsScanner(session.peer)) {
      const { scanner } = this.#rules;
      const clean = scanner.scanLines(bytes, start, end, (all, from, to, cleanBefore) => {
        events += cleanBefore + 1;
        this.#takeLine(batch, all, from, to, lines.at(from));
      });
      events += clean;
    } else events = this.#takeAll(batch, bytes, start, end, lines);
    this.#done(batch, events - this.#comments(bytes, start, end));
  }

  #takeScanned(batch: LocalBatch, bytes: Uint8Array, answer: ScanAnswer | undefined): void {
    const numbers = new LineNumbers(bytes, 0, batch.linesBefore);
    if (answer === undefined) {
      const all = this.#takeAll(batch, bytes, 0, bytes.length, numbers);
      this.#done(batch, all - this.#comments(bytes, 0, bytes.length));
      return;
    }
    const { lines, clean } = answer;
    let events = clean;
    for (let at = 0; at < lines.length; at += 3) {
      const from = lines[at] ?? 0;
      events += (lines[at + 2] ?? 0) + 1;
      this.#takeLine(batch, bytes, from, lines[at + 1] ?? 0, numbers.at(from));
    }
    this.#done(batch, events - this.#comments(bytes, 0, bytes.length));
  }

  /** Lines that are no events because they begin with `#`. */
  #comments(bytes: Uint8Array, start: number, end: number): number {
    if (!this.#options.skipsComments) return 0;
    let comments = bytes[start] === hash ? 1 : 0;
    for (let at = bytes.indexOf(lf, start); at >= 0 && at + 1 < end;) {
      if (bytes[at + 1] === hash) comments += 1;
      at = bytes.indexOf(lf, at + 1);
    }
    return comments;
  }

  /** Sources of one's own may find what the scanner cannot: every line takes the exact path. */
  #takeAll(
    batch: LocalBatch,
    bytes: Uint8Array,
    start: number,
    end: number,
    lines: LineNumbers,
  ): number {
    let events = 0;
    for (let at = start; at < end;) {
      const found = bytes.indexOf(lf, at);
      const lineEnd = found < 0 || found > end ? end : found;
      const last = lineEnd > at && bytes[lineEnd - 1] === 13 ? lineEnd - 1 : lineEnd;
      if (last > at) {
        events += 1;
        this.#takeLine(batch, bytes, at, last, lines.at(at));
      }
      at = lineEnd + 1;
    }
    return events;
  }

  #takeLine(batch: LocalBatch, bytes: Uint8Array, from: number, to: number, line: number): void {
    if (this.#options.skipsComments && bytes[from] === hash) return;
    const evaluator = this.#evaluator;
    for (const event of evaluator.decode(bytes, from, to)) {
      evaluator.begin(false);
      if (this.#rules.ownLayerOf(event) !== undefined) continue;
      const evaluated = evaluator.evaluate(event, session, false);
      if (evaluated === undefined) continue;
      const { extraction, result } = evaluated;
      for (const detection of evaluator.detectionsOf(result.matches, extraction, evaluator.mark)) {
        batch.found.push({
          file: this.#options.fileOf(batch.block.from.input),
          line,
          category: detection.category,
          indicator: detection.match.observable.text,
          text: this.#options.dialect.renderer.render({ kind: 'detect', detection }).body,
        });
      }
    }
  }

  #done({ block, found, to }: LocalBatch, events: number): void {
    this.#options.onDone({ events, found, to, readBytes: block.readBytes });
  }
}

/** The end of a line, so that the bytes up to it fit a thread's memory; or of a longer line. */
function batchEnd(bytes: Buffer, start: number): number {
  if (bytes.length - start <= batchBytes) return bytes.length;
  const last = bytes.lastIndexOf(lf, start + batchBytes - 1) + 1;
  if (last > start) return last;
  const next = bytes.indexOf(lf, start);
  return next < 0 ? bytes.length : next + 1;
}
