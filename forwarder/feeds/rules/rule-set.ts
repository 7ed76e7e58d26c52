import { ServiceError, type ContextField, type FeedRecord } from '../../core/index.js';
import { criterionGrammar, greatestNumber, parseCriterion, type Criterion } from './criterion.js';
import type { ActionableField, FeedRules, FieldFilter } from './feed-rules.js';
import { ruleValues } from './record-values.js';

/** Why the rules of a feed leave a record out. */
export const leftOutReasons = ['filter', 'required-field', 'confidence', 'record-limit'] as const;
export type LeftOutReason = (typeof leftOutReasons)[number];

export type Judgement =
  | { readonly kind: 'taken'; readonly record: FeedRecord }
  | {
      readonly kind: 'left-out';
      readonly why: LeftOutReason;
      /** For people; the same text for all records that one rule leaves out. */
      readonly detail: string;
    };

export interface RuleSet {
  /** Whether a record is used, and with which actionable fields. Counts those that are. */
  judge(record: FeedRecord): Judgement;
}

type LeftOut = Extract<Judgement, { kind: 'left-out' }>;
/** Undefined: nothing against it. */
type Rule = (record: FeedRecord) => LeftOut | undefined;

/** Whether judge() would take every record as it is: then nothing needs to be asked. */
export function hasNoRules(rules: FeedRules): boolean {
  return (
    rules.filters.length === 0 &&
    rules.requiredFields.length === 0 &&
    rules.actionableFields.length === 0 &&
    rules.minConfidence <= 0 &&
    rules.maxRecords === undefined
  );
}

/**
 * The rules of a feed for one reading of it; `nowMs` is what %NOW% stands for. `where` is the place
 * of the feed's entry that messages name. Throws ServiceError TF_CONFIG for a filter that cannot be
 * read.
 */
export function createRules(rules: FeedRules, nowMs: number, where = 'feeds[]'): RuleSet {
  const conditions: readonly Rule[] = [
    ...rules.filters.map((filter) => filterRule(filter, nowMs, where)),
    ...rules.requiredFields.map(requiredRule),
    ...(rules.minConfidence > 0 ? [confidenceRule(rules.minConfidence)] : []),
  ];
  const maxRecords = rules.maxRecords ?? Infinity;
  const overLimit = leftOut('record-limit', `more than ${maxRecords} records`);
  let taken = 0;
  return {
    judge(record) {
      for (const condition of conditions) {
        const against = condition(record);
        if (against !== undefined) return against;
      }
      if (taken >= maxRecords) return overLimit;
      taken += 1;
      return { kind: 'taken', record: withActionable(record, rules.actionableFields) };
    },
  };
}

function leftOut(why: LeftOutReason, detail: string): LeftOut {
  return { kind: 'left-out', why, detail };
}

function filterRule({ path, criterion }: FieldFilter, nowMs: number, where: string): Rule {
  const holds = readCriterion(path, criterion, nowMs, where);
  const absent = leftOut('filter', `has no ${path}`);
  const fails = leftOut('filter', `its ${path} is not as the filter says: ${criterion.trim()}`);
  return (record) => {
    const values = ruleValues(record, path);
    if (values.length === 0) return absent;
    return holds(values) ? undefined : fails;
  };
}

function readCriterion(path: string, text: string, nowMs: number, where: string): Criterion {
  const criterion = parseCriterion(text, nowMs);
  if (criterion.ok) return criterion.value;
  throw new ServiceError('TF_CONFIG', `The filter ${JSON.stringify(text)} ${criterion.problem}.`, {
    where: `${where}.filters.${path}`,
    hint: `A filter is ${criterionGrammar}.`,
  });
}

function requiredRule(path: string): Rule {
  const absent = leftOut('required-field', `has no ${path}`);
  return (record) =>
    ruleValues(record, path).some((value) => value.trim() !== '') ? undefined : absent;
}

/** A record without a confidence of its own has the feed's, which the operator has set. */
function confidenceRule(minConfidence: number): Rule {
  const tooLow = leftOut('confidence', `its confidence is below ${minConfidence}`);
  return (record) => {
    const confidence = greatestNumber(ruleValues(record, 'confidence'));
    return confidence !== undefined && confidence < minConfidence ? tooLow : undefined;
  };
}

/** Several values are joined by `;`, a field that the record has not is empty. */
function withActionable(record: FeedRecord, fields: readonly ActionableField[]): FeedRecord {
  if (fields.length === 0) return record;
  const actionable = fields.map(({ path, name }): ContextField => [
    name === '' ? path.replaceAll('/', '_') : name,
    ruleValues(record, path).join(';'),
  ]);
  return { ...record, actionable };
}
