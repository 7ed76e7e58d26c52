import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

import type { IndicatorSet } from '../indicators.js';
import { ListFiles } from '../list-files.js';
import { measure } from '../measure.js';
import type { Measured } from '../measure.js';
import { workSetOf } from '../options.js';
import type { BenchOptions } from '../options.js';
import { floor } from '../programs/floor.js';
import { forwarder } from '../programs/forwarder.js';
import { numberText, tableText } from '../report.js';
import { createEvents } from '../work-set.js';
import { foundText, medianCpu, memoryText, setText, spreadOfRounds } from './round-texts.js';
import type { Suite, SuiteContext } from './suite.js';

/** One list and what the service cost with it, the floor beside it. */
interface GrowthRow {
  readonly indicators: number;
  readonly masks: number;
  readonly problem?: string;
  readonly floor: readonly Measured[];
  readonly forwarder: readonly Measured[];
}

/** What events cost with longer and longer lists: a lookup must not grow with its list. */
export const growth: Suite = {
  name: 'growth',
  summary: 'CPU per event with lists of 10,000 to 10,000,000 indicators, with and without masks',
  async run(context) {
    const { options } = context;
    const rows: GrowthRow[] = [];
    for (const list of listsOf(options)) rows.push(await measureList(context, list));
    return { text: `${setTextWithoutList(options)}\n\n${rowsText(rows)}`, data: { rows } };
  },
};

const compared = 1_000_000;

/** The sizes asked for; then a list without any mask and the same with masks in addition. */
export function listsOf({ sizes, maskShare, masks }: BenchOptions): readonly IndicatorSet[] {
  const bySize = sizes.map((indicators) => ({ indicators, maskShare }));
  if (masks === 0) return bySize;
  const all = compared + masks;
  return [
    ...bySize,
    { indicators: compared, maskShare: 0 },
    { indicators: all, maskShare: masks / all },
  ];
}

async function measureList(
  { options, directory, progress }: SuiteContext,
  { indicators, maskShare }: IndicatorSet,
): Promise<GrowthRow> {
  const own = join(directory, `list-${indicators}-${maskShare}`);
  await mkdir(own);
  const found: { floor: Measured[]; forwarder: Measured[] } = { floor: [], forwarder: [] };
  const row = { indicators, masks: Math.floor(indicators * maskShare), ...found };
  const label = `${numberText(indicators)} indicators`;
  try {
    progress.show(`${label}: making events and list`, 0);
    const set = createEvents(workSetOf({ ...options, indicators, maskShare }, options.events));
    const list = new ListFiles(own, { indicators, maskShare }, options.feedFormat);
    const { events, warmUpEvents } = options;
    for (let round = 0; round < options.rounds; round += 1) {
      for (const program of [floor, forwarder]) {
        const onProgress = (what: string, share: number): void => {
          progress.show(`${label}, round ${round + 1} of ${options.rounds}, ${what}`, share);
        };
        const file = program.find(options.paths) ?? '';
        const common = { program, file, directory: own, list, set, events, warmUpEvents };
        const figures = await measure({ ...common, onProgress });
        found[program === floor ? 'floor' : 'forwarder'].push(figures);
      }
    }
    return row;
  } catch (error) {
    return { ...row, problem: error instanceof Error ? error.message : String(error) };
  } finally {
    await rm(own, { recursive: true, force: true });
  }
}

function setTextWithoutList(options: BenchOptions): string {
  const { events } = workSetOf(options, options.events);
  return setText(options, events).replace(/; [\d,]+ indicators, [\d,]+ % masks/, '');
}

const headings = [
  'indicators',
  'of them masks',
  'floor CPU s/million',
  'CPU s/million',
  '× first row',
  '× floor',
  'start s',
  'MiB steady/peak/end',
  'found/expected',
  'extra',
];

function rowsText(rows: readonly GrowthRow[]): string {
  const first = medianCpu(rows[0]?.forwarder ?? []);
  const problems = rows.flatMap(({ indicators, problem }) =>
    problem === undefined ? [] : [`\n${numberText(indicators)} indicators: ${problem}\n`],
  );
  return (
    tableText(
      headings,
      rows.map((row) => rowCells(row, first)),
    ) + problems.join('')
  );
}

function rowCells(row: GrowthRow, firstCpu: number): readonly string[] {
  const { indicators, masks, forwarder: rounds } = row;
  const begin = [numberText(indicators), numberText(masks)];
  if (rounds.length === 0) return [...begin, '', 'failed'];
  const cpu = medianCpu(rounds);
  const floorCpu = medianCpu(row.floor);
  return [
    ...begin,
    spreadOfRounds(row.floor, (one) => one.cpuSecondsPerMillion, 2),
    spreadOfRounds(rounds, (one) => one.cpuSecondsPerMillion, 2),
    firstCpu === 0 ? '' : numberText(cpu / firstCpu, 2),
    floorCpu === 0 ? '' : numberText(cpu / floorCpu, 1),
    spreadOfRounds(rounds, (one) => one.startSeconds, 1),
    memoryText(rounds),
    foundText(rounds),
    spreadOfRounds(rounds, (one) => one.extra, 0),
  ];
}
