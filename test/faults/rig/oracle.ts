import { createReadStream, existsSync } from 'node:fs';

import { identifyMessage } from './numbered.js';
import type { Identity, Stream } from './numbered.js';

/** What became of the messages of one stream. */
export interface Verdict {
  /** Handed to the sender, and those of them that had to arrive. */
  readonly sent: number;
  readonly due: number;
  /** Due messages that are there, at least once. */
  readonly arrived: number;
  readonly lost: number;
  /** Arrivals beyond the first of a message. */
  readonly duplicates: number;
  /** Lines that nobody sent: of no number that was sent, or not equal to it byte for byte. */
  readonly alien: number;
  /** Begins of messages: what a collector writes when a connection is cut in the middle of a line. */
  readonly cut: number;
  /** How often a message comes after one with a higher number: 0 when the order was kept. */
  readonly steps: number;
  /** The first numbers that were lost. */
  readonly firstLost: readonly number[];
}

/** `sent N, due D, arrived A, lost L, dup U, alien X`. */
export function verdictLine(verdict: Verdict): string {
  const { sent, due, arrived, lost, duplicates, alien, cut } = verdict;
  return `sent ${sent}, due ${due}, arrived ${arrived}, lost ${lost}, dup ${duplicates}, alien ${alien}${cut > 0 ? `, cut ${cut}` : ''}`;
}

/** Reads what a collector wrote and judges it. Feed it whole files in the order they were written. */
export class Oracle {
  readonly #identify: (line: string) => Identity;
  readonly #streams = new Map<Stream, StreamRecord>();
  #alien = 0;
  #cut = 0;
  #other = 0;

  constructor(identify: (line: string) => Identity = identifyMessage) {
    this.#identify = identify;
  }

  /** Lines that are of no stream: status events. */
  get other(): number {
    return this.#other;
  }

  /** One line without its end. */
  take(line: string): void {
    const identity = this.#identify(line);
    switch (identity.kind) {
      case 'numbered':
        this.#recordOf(identity.stream).take(identity.number);
        return;
      case 'cut':
        this.#cut++;
        return;
      case 'other':
        this.#other++;
        return;
      case 'alien':
        this.#alien++;
        if (process.env['TF_SHOW_ALIENS'] !== undefined) process.stderr.write(`alien: ${line}\n`);
        return;
      default:
        identity satisfies never;
    }
  }

  /**
   * Reads a file of lines. What stands after the last line end is passed over: the collector was
   * killed while it wrote, and whoever reads the file sees that the line is not whole.
   */
  async read(files: readonly string[]): Promise<void> {
    for (const file of files.filter((name) => existsSync(name))) {
      let rest = '';
      for await (const text of createReadStream(file, {
        encoding: 'latin1',
        highWaterMark: 2 ** 20,
      })) {
        const lines = (rest + String(text)).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) this.take(line);
      }
    }
  }

  /** Distinct messages of a stream so far. */
  arrivedOf(stream: Stream): number {
    return this.#streams.get(stream)?.distinct ?? 0;
  }

  has(stream: Stream, number: number): boolean {
    return this.#streams.get(stream)?.has(number) === true;
  }

  /**
   * Judges a stream whose messages were numbered from 0 on. `isDue` says which of them had to arrive
   * (all when absent); the others may, and are no aliens.
   */
  judge(stream: Stream, sent: number, isDue: (number: number) => boolean = () => true): Verdict {
    const record = this.#recordOf(stream);
    const firstLost: number[] = [];
    let due = 0;
    let arrived = 0;
    for (let number = 0; number < sent; number++) {
      if (!isDue(number)) continue;
      due++;
      if (record.has(number)) arrived++;
      else if (firstLost.length < 10) firstLost.push(number);
    }
    return {
      sent,
      due,
      arrived,
      lost: due - arrived,
      duplicates: record.arrivals - record.distinct,
      alien: this.#alien + record.beyond(sent),
      cut: this.#cut,
      steps: record.steps,
      firstLost,
    };
  }

  #recordOf(stream: Stream): StreamRecord {
    let record = this.#streams.get(stream);
    if (record === undefined) this.#streams.set(stream, (record = new StreamRecord()));
    return record;
  }
}

/** How often each number of one stream was seen. */
class StreamRecord {
  arrivals = 0;
  distinct = 0;
  steps = 0;
  #last = -1;
  #seen = new Uint8Array(2 ** 16);

  take(number: number): void {
    if (number >= this.#seen.length) this.#grow(number);
    if (this.#seen[number] === 0) {
      this.#seen[number] = 1;
      this.distinct++;
    }
    this.arrivals++;
    if (number < this.#last) this.steps++;
    this.#last = number;
  }

  has(number: number): boolean {
    return this.#seen[number] === 1;
  }

  /** Arrived numbers that are not below `sent`. */
  beyond(sent: number): number {
    return this.#seen.subarray(sent).reduce((sum, seen) => sum + seen, 0);
  }

  #grow(number: number): void {
    const larger = new Uint8Array(2 ** Math.ceil(Math.log2(number + 1)));
    larger.set(this.#seen);
    this.#seen = larger;
  }
}
