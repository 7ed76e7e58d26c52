import type { LookupObject } from '../../../lookup/lookup-object.js';
import type { Quota } from '../../../lookup/lookup-result.js';
import type { Answered, ValueAnswer } from './look-up.js';
import type { Outcome } from './report-text.js';

/** A value as an object of the array that --json prints; `isRaw`: with the replies as they came. */
export function valueJson(outcome: Outcome, quota: Quota | undefined, isRaw: boolean): object {
  if (outcome.kind === 'not recognised') {
    return { value: outcome.text, result: 'not-recognised', problem: outcome.problem };
  }
  const { object, answers, failure, zone, fields } = outcome.answer;
  return {
    ...nameOf(object),
    result: resultOf(outcome.answer),
    ...(zone === undefined ? {} : { zone }),
    fields: Object.fromEntries([...fields].map(([name, value]) => [`$${name}`, value])),
    answers: answers.map((answer) => answerJson(answer, isRaw)),
    ...(failure === undefined
      ? {}
      : {
          failure: failure.failure,
          ...(failure.status === undefined ? {} : { status: failure.status }),
          message: failure.message,
          hint: failure.hint,
        }),
    ...(quota === undefined ? {} : { quota }),
  };
}

function nameOf({ kind, value, text }: LookupObject): object {
  return text === value ? { value, kind } : { value, text, kind };
}

function resultOf({ failure, answers }: ValueAnswer): 'failed' | 'report' | 'no-data' {
  if (failure !== undefined) return 'failed';
  return answers.some(({ result }) => result.kind === 'report') ? 'report' : 'no-data';
}

function answerJson({ name, result }: Answered, isRaw: boolean): object {
  const { kind, from, atMs } = result;
  return {
    function: name,
    result: kind,
    from,
    at: new Date(atMs).toISOString(),
    ...(isRaw && kind === 'report' ? { report: result.report } : {}),
  };
}
