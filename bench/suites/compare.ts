import { ListFiles } from '../list-files.js';
import { measure } from '../measure.js';
import type { Measured } from '../measure.js';
import { workSetOf } from '../options.js';
import type { BenchProgram } from '../programs/index.js';
import { numberText, tableText } from '../report.js';
import { foundText, medianCpu, memoryText, setText, spreadOfRounds } from './round-texts.js';
import { createEvents } from '../work-set.js';
import type { Suite } from './suite.js';

/** A program and what was measured of it, or why nothing was. */
export interface ComparedRow {
  readonly program: string;
  readonly problem?: string;
  readonly rounds: readonly Measured[];
}

/** All programs on the same events and the same list, by turns. */
export const compare: Suite = {
  name: 'compare',
  summary: 'CPU, events/s, memory and hits beside a floor and other programs',
  async run({ options, directory, progress }) {
    progress.show('making events', 0);
    const set = createEvents(workSetOf(options, options.events));
    const list = new ListFiles(directory, options, options.feedFormat);
    const measured = new Map<BenchProgram, Measured[]>();
    const problems = new Map<BenchProgram, string>();
    for (let round = 1; round <= options.rounds; round += 1) {
      // By turns, so that all meet the same noise of the machine.
      for (const program of options.programs) {
        const file = program.find(options.paths);
        if (file === undefined) problems.set(program, program.absent);
        if (file === undefined || problems.has(program)) continue;
        const events = program.isPeer ? options.peerEvents : options.events;
        const warmUpEvents = program.isPeer ? 0 : options.warmUpEvents;
        const onProgress = (what: string, share: number): void => {
          progress.show(`round ${round} of ${options.rounds}, ${what}`, share);
        };
        try {
          const figures = await measure({
            program,
            file,
            directory,
            list,
            set,
            events,
            warmUpEvents,
            onProgress,
          });
          measured.set(program, [...(measured.get(program) ?? []), figures]);
        } catch (error) {
          problems.set(program, error instanceof Error ? error.message : String(error));
        }
      }
    }
    const rows = options.programs.map((program): ComparedRow => {
      const problem = problems.get(program);
      const row = { program: program.name, rounds: measured.get(program) ?? [] };
      return problem === undefined ? row : { ...row, problem };
    });
    return { text: `${setText(options, set.events)}\n\n${rowsText(rows)}`, data: { rows } };
  },
};

const headings = [
  'program',
  'events',
  'CPU s/million',
  '× floor',
  'events/s',
  'start s',
  'MiB steady/peak/end',
  'found/expected',
  'extra',
];

function rowsText(rows: readonly ComparedRow[]): string {
  const floorRow = rows.find(({ program }) => program === 'floor');
  const floorCpu = medianCpu(floorRow?.rounds ?? []);
  const cells = rows.map((row) => rowCells(row, floorCpu));
  const byMask = Math.max(
    0,
    ...rows.flatMap(({ rounds }) =>
      rounds.filter(({ found, expected }) => found < expected).map((one) => one.expectedByMask),
    ),
  );
  const note =
    byMask === 0
      ? ''
      : `\nPrograms that look up exact values only cannot find hits of URL masks: ${numberText(byMask)} of those expected there.\n`;
  const problems = rows
    .filter(({ problem, rounds }) => problem?.includes('\n') === true || rounds.length > 0)
    .flatMap(({ program, problem }) =>
      problem === undefined ? [] : [`\n${program}: ${problem}\n`],
    );
  return tableText(headings, cells) + note + problems.join('');
}

function rowCells({ program, problem, rounds }: ComparedRow, floorCpu: number): readonly string[] {
  const [first] = rounds;
  if (first === undefined) return [program, '', problem?.split('\n')[0] ?? ''];
  return [
    program,
    numberText(first.events),
    spreadOfRounds(rounds, (one) => one.cpuSecondsPerMillion, 2),
    floorCpu === 0 ? '' : numberText(medianCpu(rounds) / floorCpu, 1),
    spreadOfRounds(rounds, (one) => one.eventsPerSecond, 0),
    spreadOfRounds(rounds, (one) => one.startSeconds, 1),
    memoryText(rounds),
    foundText(rounds),
    spreadOfRounds(rounds, (one) => one.extra, 0),
  ];
}
