import type { BenchOptions } from '../options.js';
import { mebibytes, numberText, spreadOf, spreadText, tableText } from '../report.js';
import { barText } from './bars.js';
import { lostOf } from './load.js';
import type { LoadKind } from './load.js';
import type { MeasuredLoad, MeasuredLookups } from './measure.js';

/** A program and what was measured of it, or why nothing was. */
export interface LookupsRow {
  readonly program: string;
  readonly problem?: string;
  readonly rounds: readonly MeasuredLookups[];
}

const headings = [
  'program, load',
  'requests',
  'requests/s',
  'p50 ms',
  'p99 ms',
  'max ms',
  'CPU s/million',
  '× floor',
  'client CPU s/million',
  'MiB end/peak',
  'found/expected',
  'lost',
];

/** The figures of all programs and loads for people; of several rounds least / middle / greatest. */
export function lookupsText(options: BenchOptions, rows: readonly LookupsRow[]): string {
  const floorRow = rows.find(({ program }) => program === 'floor');
  const cells = rows.flatMap(({ program, rounds }) =>
    kindsIn(rounds).map((kind) => {
      const floorCpu = middle(loadsOf(floorRow?.rounds ?? [], kind), cpuOf);
      return [`${program}, ${kind}`, ...loadCells(loadsOf(rounds, kind), floorCpu)];
    }),
  );
  const notes = rows.flatMap(({ program, rounds, problem }) => [
    ...kindsIn(rounds).flatMap((kind) => loadNotes(program, kind, loadsOf(rounds, kind))),
    ...(problem === undefined ? [] : [`${program}: ${problem}`]),
  ]);
  return `${setText(options)}\n\n${tableText(headings, cells)}\n${notes.join('\n')}\n`;
}

function setText(options: BenchOptions): string {
  const { connections, seconds, rate, keep, window, closeAfterReply, rounds } = options;
  const { indicators, maskShare, hitRate, seed } = options;
  const closing = closeAfterReply ? 'the program' : 'the client';
  return (
    `${numberText(connections)} connections, ${closing} closes each behind its reply; ${seconds} s closed loop, ` +
    `${seconds} s open loop at ${rate === 'half' ? 'half of that' : numberText(rate)} requests/s` +
    `${keep ? `, ${seconds} s on kept connections with ${window} requests on their way on each` : ''}; ` +
    `${numberText(indicators)} indicators, ${numberText(maskShare * 100)} % masks; ` +
    `${numberText(hitRate * 100, 1)} % hits; ${rounds} rounds; seed ${seed}`
  );
}

function loadCells(loads: readonly MeasuredLoad[], floorCpu: number): readonly string[] {
  const spread = (pick: (load: MeasuredLoad) => number, digits: number): string =>
    spreadText(spreadOf(loads.map(pick)), digits);
  const most = (pick: (load: MeasuredLoad) => number): number => Math.max(...loads.map(pick));
  const sum = (pick: (load: MeasuredLoad) => number): number =>
    loads.reduce((total, load) => total + pick(load), 0);
  const expected = sum((load) => load.expected);
  const end = middle(loads, (load) => load.residentBytes);
  const peak = most((load) => load.peakBytes);
  return [
    numberText(sum((load) => load.requests)),
    spread((load) => load.perSecond, 0),
    spread((load) => load.latencyMs.p50, 1),
    spread((load) => load.latencyMs.p99, 1),
    numberText(
      most((load) => load.latencyMs.max),
      0,
    ),
    spread(cpuOf, 1),
    floorCpu === 0 ? '' : numberText(middle(loads, cpuOf) / floorCpu, 1),
    spread((load) => load.clientCpuSecondsPerMillion, 1),
    `${mebibytes(end)}/${mebibytes(peak)}`,
    expected === 0 ? '' : `${numberText(sum((load) => load.found))}/${numberText(expected)}`,
    numberText(sum(lostOf)),
  ];
}

/** What the table does not say: the client's own lateness, what was lost and why, the bars. */
function loadNotes(
  program: string,
  kind: LoadKind,
  loads: readonly MeasuredLoad[],
): readonly string[] {
  const late = spreadText(spreadOf(loads.map(({ latenessMs }) => latenessMs.p99)), 1);
  const held = program === 'floor' ? undefined : barText(kind, loads);
  return [
    ...(kind === 'open'
      ? [`${program}, open: requests begun later than due, p99 ms: ${late}`]
      : []),
    ...loads.filter((load) => lostOf(load) > 0).map((load) => `${program}, ${lossText(load)}`),
    ...(held === undefined ? [] : [`${program}, ${held}`]),
  ];
}

function lossText({ kind, broken, unanswered, missed, wrong, errors }: MeasuredLoad): string {
  const codes = Object.entries(errors).map(([code, count]) => `${code} ${count}`);
  const why = codes.length === 0 ? '' : ` (${codes.join(', ')})`;
  return (
    `${kind}: ${broken} connections without a reply${why}, ${unanswered} unanswered after 30 s, ` +
    `${missed} detections missing, ${wrong} replies with a wrong one`
  );
}

function kindsIn(rounds: readonly MeasuredLookups[]): readonly LoadKind[] {
  return rounds[0]?.loads.map(({ kind }) => kind) ?? [];
}

function loadsOf(rounds: readonly MeasuredLookups[], wanted: LoadKind): readonly MeasuredLoad[] {
  return rounds.flatMap(({ loads }) => loads.filter(({ kind }) => kind === wanted));
}

function cpuOf({ cpuSecondsPerMillion }: MeasuredLoad): number {
  return cpuSecondsPerMillion;
}

function middle(loads: readonly MeasuredLoad[], pick: (load: MeasuredLoad) => number): number {
  return spreadOf(loads.map(pick)).median;
}
