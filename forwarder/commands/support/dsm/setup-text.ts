import type { ConsoleFacts } from '../../../../dsm/console/index.js';
import { isChanging } from '../../../../dsm/console/setup/index.js';
import type { SetupAction, SetupReport, SetupStep } from '../../../../dsm/console/setup/index.js';
import { formatTable, printable } from '../table.js';

/** Which command a report is told for, and whether it only says what would be. */
export interface Telling {
  readonly isPlan: boolean;
  /** Shows each of many steps of one kind. */
  readonly showsAll: boolean;
}

/** Of more steps of one kind only the first are shown. */
const manySteps = 8;
const shownOfMany = 3;

/** A report for a person: what is (to be) done, what stays, what is left, notes. Ends with LF. */
export function setupText(
  report: SetupReport,
  { address, apiVersion, release }: ConsoleFacts,
  telling: Telling,
): string {
  const { steps, left, notes } = report;
  const shown = steps.filter(({ action }) => action !== 'same');
  const product = release === undefined ? '' : `, ${printable(release)}`;
  const blocks = [
    `Console ${printable(address)}${product}, API ${printable(apiVersion)}`,
    ...(shown.length === 0 ? [] : [stepTable(shown, telling.showsAll)]),
    countsText(report, telling),
    ...(left.length === 0
      ? []
      : [`Not done:\n${stepTable(left.filter(isLeft), telling.showsAll)}`]),
    ...(notes.length === 0 ? [] : [notes.map((note) => `- ${printable(note, 600)}`).join('\n')]),
  ];
  return `${blocks.join('\n\n')}\n`;
}

function isLeft(step: SetupStep): boolean {
  return isChanging(step);
}

function stepTable(steps: readonly SetupStep[], showsAll: boolean): string {
  return formatTable(['action', 'what', 'name', 'detail'], rowsOf(steps, showsAll));
}

function rowsOf(steps: readonly SetupStep[], showsAll: boolean): readonly (readonly string[])[] {
  const groups = new Map<string, SetupStep[]>();
  for (const step of steps) {
    const key = `${step.action} ${step.resource}`;
    groups.set(key, [...(groups.get(key) ?? []), step]);
  }
  return [...groups.values()].flatMap((group) => {
    if (showsAll || group.length <= manySteps) return group.map(rowOf);
    const [first] = group;
    const more = `… ${group.length - shownOfMany} more (--all shows them)`;
    return [
      ...group.slice(0, shownOfMany).map(rowOf),
      [first?.action ?? '', first?.resource ?? '', more, ''],
    ];
  });
}

function rowOf({ action, resource, name, detail = '' }: SetupStep): readonly string[] {
  return [action, resource, printable(name), printable(detail)];
}

const toDo: Readonly<Record<SetupAction, string>> = {
  create: 'to create',
  change: 'to change',
  remove: 'to remove',
  keep: 'stays, of others',
  same: 'as wanted',
};
const done: Readonly<Record<SetupAction, string>> = {
  create: 'created',
  change: 'changed',
  remove: 'removed',
  keep: 'left to others',
  same: 'as wanted',
};

/** How many steps there are of each kind. */
export function countSteps(steps: readonly SetupStep[]): Readonly<Record<SetupAction, number>> {
  const counts = { create: 0, change: 0, remove: 0, keep: 0, same: 0 };
  for (const { action } of steps) counts[action] += 1;
  return counts;
}

function countsText({ steps, left }: SetupReport, { isPlan }: Telling): string {
  const counts = countSteps(steps);
  const words = isPlan ? toDo : done;
  const parts = (['create', 'change', 'remove', 'keep', 'same'] as const)
    .filter((action) => counts[action] > 0)
    .map((action) => `${counts[action]} ${words[action]}`);
  const open = left.filter(isLeft).length;
  if (open > 0) parts.push(`${open} not done`);
  const isIdle = open === 0 && !steps.some(isChanging);
  const text = parts.join(', ');
  if (!isIdle) return text;
  return text === '' ? 'Nothing to do.' : `Nothing to do: ${text}.`;
}

/** The shape `--json` prints. */
export function setupJson(
  { steps, left, notes, stoppedBy }: SetupReport,
  { address, apiVersion, release }: ConsoleFacts,
  isPlan: boolean,
) {
  return {
    console: { address, apiVersion, release },
    isPlan,
    counts: { ...countSteps(steps), left: left.filter(isLeft).length },
    steps,
    left: left.filter(isLeft),
    notes,
    ...(stoppedBy === undefined
      ? {}
      : {
          stoppedBy: {
            code: stoppedBy.code,
            message: stoppedBy.message,
            where: stoppedBy.where,
            hint: stoppedBy.hint,
          },
        }),
  };
}
