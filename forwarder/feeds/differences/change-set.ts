import {
  bad,
  ServiceError,
  type FeedProblem,
  type Indicator,
  type Result,
} from '../../core/index.js';
import { longestRow } from '../formats/format.js';
import { listIndicator } from '../formats/list/indicator.js';
import type { IndicatorFinder } from '../formats/json/record.js';
import type { ChangeAction } from './change-action.js';
import type { DifferenceFile, DifferenceLimits } from './difference-file.js';
import { readDifferences, type Difference } from './read-differences.js';
import { idKey, identityOf, indicatorsKey, type RecordIdentity } from './record-identity.js';

/** The last that the differences say of a record. */
export interface Change {
  readonly action: ChangeAction;
  /** Later changes have higher numbers. */
  readonly order: number;
  /** The record's text, and whether a mark must be taken off it; '' for a removal. */
  readonly text: string;
  readonly isMarked: boolean;
  readonly origin: string;
  readonly number: number;
  isApplied: boolean;
}

type ChangeMade = Pick<Change, 'action' | 'number' | 'text' | 'isMarked'>;
type Problem = Result<never, FeedProblem>;

/** The changes of several files by the records they are about; a later one replaces an earlier. */
export class ChangeSet {
  private readonly changes = new Map<string, Change>();
  private length = 0;
  private order = 0;
  private readonly find: IndicatorFinder;
  private readonly limits: DifferenceLimits;

  constructor(find: IndicatorFinder, limits: DifferenceLimits) {
    this.find = find;
    this.limits = limits;
  }

  /** Takes in a file; gives a problem for each entry that says nothing usable. */
  async *read(file: DifferenceFile): AsyncGenerator<Problem, void, undefined> {
    for await (const entry of readDifferences(file)) {
      if (!entry.ok) {
        const { number, fault, reason, row } = entry.problem;
        yield problemOf(file.origin, number, fault, reason, row);
      } else yield* this.take(file.origin, entry.value);
    }
  }

  /** The last change about a record: by its id, or by its indicators. */
  latest({ byId, byIndicators }: RecordIdentity): Change | undefined {
    const first = byId === undefined ? undefined : this.changes.get(byId);
    const second = byIndicators === undefined ? undefined : this.changes.get(byIndicators);
    if (first === undefined || second === undefined) return first ?? second;
    return first.order > second.order ? first : second;
  }

  all(): Iterable<Change> {
    return this.changes.values();
  }

  private *take(origin: string, difference: Difference): Generator<Problem, void, undefined> {
    const { number } = difference;
    if (difference.kind === 'name') {
      this.takeName(origin, difference);
      return;
    }
    const { action, fields, text } = difference;
    const { indicators, faults } = this.find(fields);
    const { byId, byIndicators } = identityOf(fields, indicators);
    const key = byId ?? byIndicators;
    if (key === undefined || (action === 'put' && indicators.length === 0)) {
      const what = action === 'put' ? 'no indicator in it' : 'neither id nor indicator in it';
      const isFaulty = faults.length > 0;
      const reason = `left out: ${isFaulty ? faults.join('; ') : what}`;
      yield problemOf(origin, number, isFaulty ? 'bad-indicator' : 'no-indicator', reason, text);
      return;
    }
    this.set(key, origin, difference);
  }

  private takeName(origin: string, { number, name }: Difference & { kind: 'name' }): void {
    const indicator = listIndicator(name);
    const known: readonly Indicator[] = indicator.ok ? [indicator.value] : [];
    // A hash may be an id as well: it is then both.
    for (const key of [idKey(name), indicatorsKey(known)]) {
      if (key === undefined) continue;
      this.set(key, origin, { number, action: 'remove', text: '', isMarked: false });
    }
  }

  private set(key: string, origin: string, made: ChangeMade): void {
    const { action, number, isMarked } = made;
    const text = action === 'put' ? made.text : '';
    this.length += text.length - (this.changes.get(key)?.text.length ?? 0);
    // Taken out first, so that new records come in the order of their last change.
    this.changes.delete(key);
    const order = ++this.order;
    this.changes.set(key, { action, order, text, origin, number, isMarked, isApplied: false });
    const { maxChanges, maxLength } = this.limits;
    if (this.changes.size > maxChanges) throw tooMany(origin, `${maxChanges} changes`);
    if (this.length > maxLength) throw tooMany(origin, `${maxLength} characters of records`);
  }
}

function problemOf(
  origin: string,
  record: number,
  fault: FeedProblem['fault'],
  reason: string,
  row: string,
): Problem {
  return bad({ record, fault, reason: `in ${origin}: ${reason}`, row: row.slice(0, longestRow) });
}

function tooMany(where: string, limit: string): ServiceError {
  return new ServiceError('TF_FEED', `The differences hold more than ${limit}.`, {
    where,
    hint: 'Fetch a newer snapshot, and remove the differences that it already holds.',
  });
}
