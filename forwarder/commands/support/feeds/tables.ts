import { indicatorKinds, type IndicatorKind } from '../../../core/index.js';
import { passedKinds, type Passed } from '../../../feeds/index.js';
import type { FeedOutcome, LeftOut } from '../../../service/indexing/feed-outcome.js';
import { formatTable, printable } from '../table.js';

type Counted = Pick<FeedOutcome, 'read' | 'records' | 'indicators' | 'leftOut' | 'passed'>;

const passedNames: Readonly<Record<Passed, readonly [one: string, many: string]>> = {
  comment: ['comment', 'comments'],
  blank: ['blank line', 'blank lines'],
  heading: ['heading', 'headings'],
  other: ['object that is no indicator', 'objects that are no indicators'],
};

/** The kinds of indicators that any of the feeds has, in their usual order. */
export function kindsIn(feeds: readonly Pick<FeedOutcome, 'indicators'>[]): IndicatorKind[] {
  return indicatorKinds.filter((kind) => feeds.some(({ indicators }) => indicators[kind]));
}

/** `url 120, ip 30`, or `none`. */
export function indicatorsText({ indicators }: Pick<FeedOutcome, 'indicators'>): string {
  const parts = kindsIn([{ indicators }]).map((kind) => `${kind} ${indicators[kind] ?? 0}`);
  return parts.length === 0 ? 'none' : parts.join(', ');
}

/** How many records, or indicators of records, were left out for whatever reason. */
export function leftOutCount({ leftOut }: Pick<FeedOutcome, 'leftOut'>): number {
  return leftOut.reduce((sum, { count }) => sum + count, 0);
}

/** `2 comments, 1 blank line`, or `nothing`. */
export function passedText({ passed }: Pick<FeedOutcome, 'passed'>): string {
  const parts = passedKinds.flatMap((kind) => {
    const count = passed[kind] ?? 0;
    return count === 0 ? [] : [`${count} ${passedNames[kind][count === 1 ? 0 : 1]}`];
  });
  return parts.length === 0 ? 'nothing' : parts.join(', ');
}

/** One sentence that accounts for what the file holds: `8 read, 7 used, 2 left out; passed over: …`. */
export function accountText(outcome: Counted & Partial<Pick<FeedOutcome, 'retained'>>): string {
  const { read, records, retained = 0 } = outcome;
  const kept = retained > 0 ? `, ${retained} kept that left the feed` : '';
  return `${read} read, ${records - retained} used${kept}, ${leftOutCount(outcome)} left out; passed over: ${passedText(outcome)}`;
}

/** Why something was left out: a line for each reason, the commonest first. */
export function leftOutTable(leftOut: readonly LeftOut[]): string {
  const rows = [...leftOut]
    .sort((left, right) => right.count - left.count)
    .map(({ why, count, first, example }) => [
      why,
      String(count),
      first.length === 0 ? '-' : firstText(first, count),
      printable(example),
    ]);
  return formatTable(['left out', 'count', 'first records or lines', 'example'], rows);
}

const shownFirst = 5;

function firstText(first: readonly number[], count: number): string {
  const shown = first.slice(0, shownFirst).join(', ');
  return count > Math.min(first.length, shownFirst) ? `${shown}, …` : shown;
}

/** Sets each line of a text in. */
export function indented(text: string, by = 2): string {
  const blank = ' '.repeat(by);
  return text
    .split('\n')
    .map((line) => `${blank}${line}`)
    .join('\n');
}

const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1000],
] as const;

/** A time for people, in its largest unit that says it well: `3 d`, `36 h`, `12 min`, `5 s`. */
export function spanText(ms: number): string {
  for (const [name, unit] of units) {
    // Below two of a unit the next one says more.
    if (ms >= unit * 2) return `${Math.floor(ms / unit)} ${name}`;
  }
  return `${Math.max(0, Math.floor(ms / 1000))} s`;
}
