import type { ConsoleState } from '../console-state.js';
import { builtInQidNames } from '../syslog/naming.js';
import type { Value } from './columns.js';

export interface ScalarFunction {
  /** How many values it takes. */
  readonly takes: number;
  readonly compute: (state: ConsoleState, values: readonly Value[]) => Value;
}

/** Functions of one event. UTF8 is apart: what it takes is no value. */
export const scalarFunctions: Readonly<Record<string, ScalarFunction>> = {
  QIDNAME: {
    takes: 1,
    compute: ({ qids }, [qid]) =>
      qids.find((one) => one.qid === qid)?.name ?? builtInQidNames.get(Number(qid)) ?? null,
  },
  CATEGORYNAME: {
    takes: 1,
    compute: ({ categories }, [id]) => categories.find((one) => one.id === id)?.name ?? null,
  },
  LOGSOURCENAME: {
    takes: 1,
    compute: ({ logSources, active }, [id]) =>
      [...logSources, ...active].find((one) => one.id === id)?.name ?? null,
  },
  LOGSOURCETYPENAME: {
    takes: 1,
    compute: ({ types }, [id]) => types.find((one) => one.id === id)?.name ?? null,
  },
  DATEFORMAT: {
    takes: 2,
    compute: (_state, [time, format]) =>
      typeof time === 'number' && typeof format === 'string' ? dateText(time, format) : null,
  },
};

export type Aggregate = (values: readonly Value[]) => Value;

/** Functions of a group of events. */
export const aggregates: Readonly<Record<string, Aggregate>> = {
  COUNT: (values) => values.length,
  UNIQUECOUNT: (values) => new Set(values).size,
  SUM: (values) => numbers(values).reduce((sum, value) => sum + value, 0),
  MIN: (values) => extreme(values, 'min'),
  MAX: (values) => extreme(values, 'max'),
};

function numbers(values: readonly Value[]): readonly number[] {
  return values.filter((value) => typeof value === 'number');
}

function extreme(values: readonly Value[], which: 'min' | 'max'): Value {
  const found = numbers(values);
  if (found.length === 0) return null;
  return found.reduce((best, value) => Math[which](best, value));
}

/** `yyyy-MM-dd HH:mm:ss`, in UTC. */
function dateText(ms: number, format: string): string {
  const [date = '', time = ''] = new Date(ms).toISOString().split('T');
  const [year = '', month = '', day = ''] = date.split('-');
  const [hour = '', minute = '', rest = ''] = time.split(':');
  const parts: Readonly<Record<string, string>> = {
    ...{ yyyy: year, MM: month, dd: day, HH: hour, mm: minute },
    ss: rest.slice(0, 2),
  };
  return format.replace(/yyyy|MM|dd|HH|mm|ss/g, (part) => parts[part] ?? part);
}
