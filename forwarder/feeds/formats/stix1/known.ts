import type { Findings } from '../xml/findings.js';
import type { ReadRecord } from '../xml/results.js';

/** How much of the observables that can be referred to is kept, in characters. */
export const keptCharacters = 16_777_216;
const entryCharacters = 100;

/** An observable of the package itself, which gives a record unless something refers to it. */
export interface HeldObservable {
  readonly read: ReadRecord;
  isUsed: boolean;
}

interface Known {
  readonly findings: Findings;
  readonly held: HeldObservable | undefined;
}

/** What stands in the file under an id, for what refers to it by that id; bounded. */
export class KnownObservables {
  private readonly byId = new Map<string, Known>();
  private held: HeldObservable[] = [];
  private characters = 0;
  private readonly limit: number;

  constructor(limit = keptCharacters) {
    this.limit = limit;
  }

  /**
   * Keeps an observable that gives a record at the file's end, unless it is found before by one of
   * `ids`. False when there is no room: the record is then to be given at once.
   */
  hold(read: ReadRecord, ids: readonly string[], findings: Findings): boolean {
    const held = { read, isUsed: false };
    const size = read.row.length + read.context.reduce((sum, [, value]) => sum + value.length, 0);
    if (!this.takes(size + sizeOf(findings))) return false;
    this.held.push(held);
    for (const id of ids) this.byId.set(id, { findings, held });
    return true;
  }

  /** Keeps what stands under an id within another record, when there is room. */
  note(id: string, findings: Findings): void {
    if (this.byId.has(id) || !this.takes(sizeOf(findings))) return;
    this.byId.set(id, { findings, held: undefined });
  }

  /** What stands under the id; it then gives no record by itself. */
  use(id: string): Findings | undefined {
    const known = this.byId.get(id);
    if (known?.held !== undefined) known.held.isUsed = true;
    return known?.findings;
  }

  /** The records of those observables that nothing refers to, in the file's order. */
  unused(): readonly ReadRecord[] {
    return this.held.filter(({ isUsed }) => !isUsed).map(({ read }) => read);
  }

  private takes(size: number): boolean {
    if (this.characters + size > this.limit) return false;
    this.characters += size;
    return true;
  }
}

function sizeOf({ indicators, faults }: Findings): number {
  return (1 + indicators.length + faults.length) * entryCharacters;
}
