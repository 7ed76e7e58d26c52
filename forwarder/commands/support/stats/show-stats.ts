import picocolors from 'picocolors';

import { exitCodes, ServiceError } from '../../../core/index.js';
import { readStatistics } from '../../../service/statistics/index.js';
import { printable, printJson } from '../table.js';
import { showsBlocks } from './bar.js';
import { periodOf } from './period.js';
import { statsCsv, statsJson } from './stats-data.js';
import type { StatsProblem } from './stats-data.js';
import { daysIn, placeOf, whyEmpty } from './stats-place.js';
import { statsText } from './stats-text.js';
import { summarise } from './summary.js';
import type { Grouping } from './summary.js';

type Options = Readonly<Record<string, unknown>>;

/** Shows what was counted, from the files alone; resolves to the exit code. */
export async function showStats(options: Options): Promise<number> {
  const isJson = options['json'] === true;
  const isCsv = options['csv'] === true;
  if (isJson && isCsv) {
    throw new ServiceError('TF_USAGE', '--json and --csv exclude each other', {
      hint: 'give one of them',
    });
  }
  const from = options['from'] as string | undefined;
  const period = periodOf(from, options['to'] as string | undefined, Date.now());
  const top = topOf(options['top'] as string | undefined);
  const place = await placeOf(options);
  const days = await daysIn(place);
  const problems: StatsProblem[] = [];
  const hours = readStatistics(place.directory, period, (path, problem) => {
    problems.push({ path, problem });
  });
  const summary = await summarise(hours, options['by'] as Grouping, top);
  const why = summary.hours === 0 ? whyEmpty(place, days, period) : undefined;
  if (isJson) {
    const { directory } = place;
    printJson(statsJson(summary, period, { directory, problems, why }));
    return exitCodes.done;
  }
  for (const { path, problem } of problems) {
    process.stderr.write(`warning: ${printable(path)} was left out: ${printable(problem)}\n`);
  }
  if (isCsv) {
    process.stdout.write(statsCsv(summary));
    if (why !== undefined) process.stderr.write(`${why}\n`);
    return exitCodes.done;
  }
  const { isTTY } = process.stdout;
  const text = statsText(summary, period, {
    usesBlocks: showsBlocks(isTTY, process.env),
    bold: isTTY ? picocolors.bold : (plain) => plain,
  });
  process.stdout.write(`${text}\n${why === undefined ? '' : `\n${why}\n`}`);
  return exitCodes.done;
}

function topOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const top = Number(text);
  if (/^\d{1,6}$/.test(text) && top >= 1) return top;
  throw new ServiceError('TF_USAGE', `--top must be a number of rows, not "${text}"`, {
    hint: 'from 1 on, for example --top 10',
  });
}
