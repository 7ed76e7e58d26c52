import type { ContextField } from '../../core/index.js';
import { pickFields } from '../../lookup/functions/index.js';
import type { KlFields, KlValue } from '../../lookup/kl-fields.js';
import type { LookupResult, Report } from '../../lookup/lookup-result.js';
import type { EnrichPlan } from '../../lookup/may-look-up.js';

export type Answer = Exclude<LookupResult, { kind: 'failed' }>;

/** No line is longer than some thousand bytes: more would be cut, and cost time at each detection. */
const longestValue = 8192;

const noData: readonly ContextField[] = [['KLResult', 'no data']];
const noFields: readonly ContextField[] = [['KLResult', 'no fields']];

/**
 * What an answer says, as context fields: the wanted ones, lists joined. `KLResult` where it says none of
 * them: `no data`, the portal knows nothing of the object; `no fields`, its report has none of them. The
 * texts are the portal's: rendering makes them safe.
 */
export function answerContext(answer: Answer, plan: EnrichPlan): readonly ContextField[] {
  if (answer.kind === 'no-data') return noData;
  const { report } = answer;
  const contexts = contextsOf(plan);
  const known = contexts.get(report);
  if (known !== undefined) return known;
  const wanted = [...pickFields(fieldsOf(report, plan), plan.fields)];
  const context =
    wanted.length === 0
      ? noFields
      : wanted.map(([name, value]): ContextField => [name, valueText(value)]);
  contexts.set(report, context);
  return context;
}

/** The zone of a report, for a message that has to say it whether wanted or not. */
export function zoneOf(answer: Answer, plan: EnrichPlan): string | undefined {
  if (answer.kind === 'no-data') return undefined;
  const zone = fieldsOf(answer.report, plan).get('KLZone') ?? answer.report['Zone'];
  return typeof zone === 'string' && /^[A-Z][a-z]{1,20}$/.test(zone) ? zone : undefined;
}

/** By the report itself: as long as it is kept, the same one is given again. */
const contextsByPlan = new WeakMap<EnrichPlan, WeakMap<Report, readonly ContextField[]>>();

function contextsOf(plan: EnrichPlan): WeakMap<Report, readonly ContextField[]> {
  let contexts = contextsByPlan.get(plan);
  if (contexts === undefined) {
    contexts = new WeakMap();
    contextsByPlan.set(plan, contexts);
  }
  return contexts;
}

function fieldsOf(report: Report, { functions }: EnrichPlan): KlFields {
  return new Map(functions.flatMap((each) => [...each.fields(report)]));
}

function valueText(value: KlValue): string {
  if (typeof value !== 'object') return String(value).slice(0, longestValue);
  let text = '';
  for (const entry of value) {
    const next = text === '' ? String(entry) : `, ${entry}`;
    if (text.length + next.length > longestValue) break;
    text += next;
  }
  return text === '' ? String(value[0] ?? '').slice(0, longestValue) : text;
}
