import { ok, type FeedProblem, type FeedRecord, type Result } from '../../core/index.js';
import { finderFor, recordResults, type IndicatorFinder } from '../formats/json/record.js';
import { parseJsonRecord } from '../formats/json/parse-record.js';
import { usualIndicators } from '../formats/usual-fields.js';
import { indicatorsOf } from '../record-indicators.js';
import { markedAction } from './change-action.js';
import { ChangeSet, type Change } from './change-set.js';
import {
  differenceLimits,
  type DifferenceFile,
  type DifferenceOptions,
} from './difference-file.js';
import { identityOf } from './record-identity.js';

type RecordResult = Result<FeedRecord, FeedProblem>;

/**
 * The records of a snapshot with the differences applied, oldest file first; of several changes of
 * one record the last one counts. An updated record stands in the place of the old one, new ones
 * come at the end. The differences are held in memory, within limits; the snapshot passes through.
 *
 * A record is the same as another one when both have the same `id`, or, where the difference has no
 * `id`, the same set of indicators. See docs/reference/feed-formats.md for the files.
 *
 * An entry that says nothing usable is a problem that names its file, and the rest goes on. A file
 * that is cut short or no JSON, and more changes than the limits allow, throw ServiceError TF_FEED.
 */
export async function* applyDifferences(
  snapshot: AsyncIterable<RecordResult>,
  differences: readonly DifferenceFile[],
  { format, fields, limits = differenceLimits }: DifferenceOptions,
): AsyncGenerator<RecordResult, void, undefined> {
  const find = finderFor(fields, format === 'kaspersky-json' ? indicatorsOf : usualIndicators);
  const changes = new ChangeSet(find, limits);
  for (const file of differences) yield* changes.read(file);
  for await (const result of snapshot) {
    if (!result.ok) {
      yield result;
      continue;
    }
    const { fields: tree, indicators } = result.value;
    const change = changes.latest(identityOf(tree, indicators));
    if (change === undefined) yield result;
    else if (change.action === 'put' && !change.isApplied) yield* putIn(change, find);
  }
  for (const change of changes.all()) {
    if (change.action !== 'put' || change.isApplied) continue;
    // A later file may have removed by its indicators what this one knows by its id.
    const made = [...putIn(change, find)];
    const record = made.find((result) => result.ok);
    if (record?.ok !== true) continue;
    if (changes.latest(identityOf(record.value.fields, record.value.indicators)) === change) {
      yield* made;
    }
  }
}

/** The record of a change, as a reader would give it. */
function* putIn(change: Change, find: IndicatorFinder): Generator<RecordResult, void, undefined> {
  change.isApplied = true;
  const parsed = parseJsonRecord(change.text);
  if (!parsed.ok) return;
  const { fields } = change.isMarked ? markedAction(parsed.value) : { fields: parsed.value };
  const made = recordResults(change.number, fields, find(fields), () => change.text);
  for (const result of made) {
    if (result.ok) yield ok(result.value);
    else {
      const reason = `in ${change.origin}: ${result.problem.reason}`;
      yield { ok: false, problem: { ...result.problem, reason } };
    }
  }
}
