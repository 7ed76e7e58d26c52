import type { ContextField } from '../core/index.js';
import { GrowingNumbers } from './growing-numbers.js';
import { TextStore } from './text-store.js';

/**
 * The context fields of all records, as bytes until a record is hit. Field names come again and
 * again: each list of names is kept once, a record has its number and the list of its values.
 *
 *     [['id','1'],['geo','ru']], [['id','2'],['geo','de']]
 *     names: 0 → ["id","geo"]; records: 0 → ["1","ru"], 0 → ["2","de"]
 */
export class RecordStore {
  readonly #values = new TextStore();
  readonly #namesOf = new GrowingNumbers();
  readonly #names: (readonly string[])[] = [];
  readonly #numberOfNames = new Map<string, number>();
  #lastNames = -1;

  get length(): number {
    return this.#namesOf.length;
  }

  /** Gives the record's number. */
  add(context: readonly ContextField[]): number {
    this.#namesOf.push(this.#namesNumber(context));
    return this.#values.add(JSON.stringify(context.map(([, value]) => value)));
  }

  contextOf(record: number): readonly ContextField[] {
    const names = this.#names[this.#namesOf.at(record)] ?? [];
    const values = JSON.parse(this.#values.textOf(record)) as readonly string[];
    return names.map((name, index) => [name, values[index] ?? ''] as const);
  }

  /** All content, for a checksum. */
  *content(): Iterable<Uint8Array> {
    yield Buffer.from(JSON.stringify(this.#names));
    yield this.#namesOf.bytes();
    yield* this.#values.content();
  }

  #namesNumber(context: readonly ContextField[]): number {
    const last = this.#names[this.#lastNames];
    if (last?.length === context.length && context.every(([name], index) => name === last[index])) {
      return this.#lastNames;
    }
    const names = context.map(([name]) => name);
    const key = JSON.stringify(names);
    let number = this.#numberOfNames.get(key);
    if (number === undefined) {
      number = this.#names.push(names) - 1;
      this.#numberOfNames.set(key, number);
    }
    this.#lastNames = number;
    return number;
  }
}
