import { likePattern } from '../api/filter.js';
import type { ConsoleState } from '../console-state.js';
import { isReadable, propertyValue } from '../custom-properties.js';
import type { KeptEvent } from '../syslog/kept-event.js';
import { columns, type Value } from './columns.js';
import { aggregates, scalarFunctions } from './functions.js';
import type { Condition, Expression } from './query.js';
import { badAql } from './tokens.js';

/** A value of a group of events; what is no aggregate is that of the first. */
export type Compute = (events: readonly KeptEvent[]) => Value;
export type Test = (event: KeptEvent) => boolean;

export interface Scope {
  readonly state: ConsoleState;
  /** What names stand for: the aliases, where they may be used. */
  readonly aliases: ReadonlyMap<string, Compute>;
  readonly mayAggregate: boolean;
}

/** Makes an expression computable; refuses what it names and the console does not have. */
export function compile(expression: Expression, scope: Scope): Compute {
  switch (expression.kind) {
    case 'literal':
      return () => expression.value;
    case 'column':
      return compileColumn(expression.name, scope);
    case 'name':
      return compileName(expression.name, scope);
    case 'star':
      throw badAql('* only stands in COUNT(*)');
    case 'call':
      return compileCall(expression.name, expression.values, scope);
    case 'arithmetic': {
      const left = compile(expression.left, scope);
      const right = compile(expression.right, scope);
      return (events) => calculate(expression.sign, left(events), right(events));
    }
    default:
      throw new Error(`unknown expression ${String(expression satisfies never)}`);
  }
}

function compileColumn(name: string, { aliases }: Scope): Compute {
  const alias = aliases.get(name);
  if (alias !== undefined) return alias;
  const read = columns[name];
  if (read === undefined) throw badAql(`Field '${name}' does not exist in catalog 'events'`);
  return ofFirst(read);
}

function compileName(name: string, { state, aliases }: Scope): Compute {
  const alias = aliases.get(name);
  if (alias !== undefined) return alias;
  if (isReadable(state, name)) return ofFirst((event) => propertyValue(state, event, name));
  const read = columns[name];
  if (read === undefined) throw badAql(`Field '${name}' does not exist in catalog 'events'`);
  return ofFirst(read);
}

function compileCall(name: string, values: readonly Expression[], scope: Scope): Compute {
  const [first] = values;
  if (name === 'UTF8') {
    if (values.length !== 1 || first?.kind !== 'column' || first.name !== 'payload') {
      throw badAql('UTF8 takes payload');
    }
    return ofFirst(({ payload }) => payload);
  }
  const aggregate = aggregates[name];
  if (aggregate !== undefined) {
    if (!scope.mayAggregate) throw badAql(`${name} cannot stand here`);
    if (values.length !== 1 || first === undefined) throw badAql(`${name} takes one value`);
    if (first.kind === 'star' && name === 'COUNT') return (events) => events.length;
    const inner = compile(first, { ...scope, mayAggregate: false });
    return (events) => aggregate(events.map((event) => inner([event])).filter((v) => v !== null));
  }
  const scalar = scalarFunctions[name];
  if (scalar === undefined) throw badAql(`there is no function ${name}`);
  if (values.length !== scalar.takes) throw badAql(`${name} takes ${scalar.takes} values`);
  const inner = values.map((value) => compile(value, scope));
  return (events) =>
    scalar.compute(
      scope.state,
      inner.map((one) => one(events)),
    );
}

/** Makes a condition on one event. */
export function compileCondition(condition: Condition, scope: Scope): Test {
  switch (condition.kind) {
    case 'and':
    case 'or': {
      const left = compileCondition(condition.left, scope);
      const right = compileCondition(condition.right, scope);
      const isAnd = condition.kind === 'and';
      return (event) => (isAnd ? left(event) && right(event) : left(event) || right(event));
    }
    case 'not': {
      const inner = compileCondition(condition.inner, scope);
      return (event) => !inner(event);
    }
    case 'compare': {
      const left = compile(condition.left, scope);
      const right = compile(condition.right, scope);
      return (event) => isTrue(condition.sign, left([event]), right([event]));
    }
    case 'like': {
      const left = compile(condition.left, scope);
      const pattern = likePattern(condition.pattern, condition.isCaseBlind ? 'i' : '');
      return (event) => {
        const value = left([event]);
        return value !== null && pattern.test(String(value));
      };
    }
    case 'in': {
      const left = compile(condition.left, scope);
      const values = condition.values.map((value) => compile(value, scope));
      return (event) => values.some((value) => isTrue('=', left([event]), value([event])));
    }
    case 'null': {
      const left = compile(condition.left, scope);
      return (event) => left([event]) === null;
    }
    default:
      throw new Error(`unknown condition ${String(condition satisfies never)}`);
  }
}

/** Below, equal or above 0; a null and what has no order give NaN. */
export function compareValues(left: Value, right: Value): number {
  if (left === null || right === null) return Number.NaN;
  if (typeof left === 'number' || typeof right === 'number') return Number(left) - Number(right);
  return left < right ? -1 : Number(left > right);
}

function isTrue(
  sign: (Condition & { kind: 'compare' })['sign'],
  left: Value,
  right: Value,
): boolean {
  const order = compareValues(left, right);
  switch (sign) {
    case '=':
      return order === 0;
    case '!=':
      return order < 0 || order > 0;
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
    default:
      throw new Error(`unknown comparison ${String(sign satisfies never)}`);
  }
}

function calculate(sign: '+' | '-' | '*' | '/', left: Value, right: Value): Value {
  if (typeof left !== 'number' || typeof right !== 'number') return null;
  switch (sign) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return right === 0 ? null : left / right;
    default:
      throw new Error(`unknown sign ${String(sign satisfies never)}`);
  }
}

function ofFirst(read: (event: KeptEvent) => Value): Compute {
  return ([event]) => (event === undefined ? null : read(event));
}
