import type { ConsoleState } from '../console-state.js';
import type { KeptEvent } from '../syslog/kept-event.js';
import type { Value } from './columns.js';
import { compareValues, compile, compileCondition, type Compute, type Scope } from './evaluate.js';
import { parseQuery } from './parse-query.js';
import type { Expression, Window } from './query.js';
import { aggregates } from './functions.js';

export type Row = Readonly<Record<string, Value>>;

/** Runs AQL over the events; throws what the API answers to AQL that it does not take. */
export function runQuery(
  state: ConsoleState,
  events: readonly KeptEvent[],
  aql: string,
  nowMs = Date.now(),
): readonly Row[] {
  const query = parseQuery(aql);
  const plain: Scope = { state, aliases: new Map(), mayAggregate: false };
  const isIn = withinWindow(query.window, nowMs);
  const where = query.where === undefined ? () => true : compileCondition(query.where, plain);
  const select = query.select.map(({ expression, name }) => ({
    name,
    compute: compile(expression, { ...plain, mayAggregate: true }),
  }));
  const aliases = new Map(select.map(({ name, compute }) => [name, compute] as const));
  const groupBy = query.groupBy.map((one) => compile(one, { ...plain, aliases }));
  const orderBy = query.orderBy.map(({ expression, isDescending }) => ({
    compute: compile(expression, { state, aliases, mayAggregate: true }),
    isDescending,
  }));
  const kept = events.filter((event) => isIn(event) && where(event));
  const isGrouped = groupBy.length > 0 || query.select.some((one) => hasAggregate(one.expression));
  const groups = isGrouped ? grouped(kept, groupBy) : kept.map((event) => [event]);
  const ordered = groups.toSorted((left, right) => {
    for (const { compute, isDescending } of orderBy) {
      const order = compareValues(compute(left), compute(right));
      if (order < 0 || order > 0) return isDescending ? -order : order;
    }
    return 0;
  });
  return ordered
    .slice(0, query.limit)
    .map((group) => Object.fromEntries(select.map(({ name, compute }) => [name, compute(group)])));
}

function withinWindow(window: Window, nowMs: number): (event: KeptEvent) => boolean {
  const fromMs = window.kind === 'last' ? nowMs - window.ms : window.fromMs;
  const toMs = window.kind === 'last' ? nowMs : (window.toMs ?? nowMs);
  return ({ receivedAtMs }) => receivedAtMs >= fromMs && receivedAtMs <= toMs;
}

function grouped(
  events: readonly KeptEvent[],
  groupBy: readonly Compute[],
): readonly (readonly KeptEvent[])[] {
  // Without GROUP BY an aggregate is of all events, also of none.
  if (groupBy.length === 0) return [events];
  const groups = new Map<string, KeptEvent[]>();
  for (const event of events) {
    const key = JSON.stringify(groupBy.map((compute) => compute([event])));
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [event]);
    else group.push(event);
  }
  return [...groups.values()];
}

function hasAggregate(expression: Expression): boolean {
  switch (expression.kind) {
    case 'call':
      return Object.hasOwn(aggregates, expression.name) || expression.values.some(hasAggregate);
    case 'arithmetic':
      return hasAggregate(expression.left) || hasAggregate(expression.right);
    case 'literal':
    case 'column':
    case 'name':
    case 'star':
      return false;
    default:
      throw new Error(`unknown expression ${String(expression satisfies never)}`);
  }
}
