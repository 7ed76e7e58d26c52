import { exitCodes } from '../../../core/index.js';
import type { Portal } from '../../../lookup/portal.js';
import { recognise } from '../../../lookup/recognise.js';
import { isOfValue } from '../../../lookup/lookup-result.js';
import { exitCodeOfFailure } from './failure-exit.js';
import { functionsFor } from './functions-for.js';
import { lookUp } from './look-up.js';
import type { Failed } from './look-up.js';
import type { LookupWanted } from './lookup-options.js';
import { quotaText } from './quota-text.js';
import { reportText, summaryText } from './report-text.js';
import type { Outcome } from './report-text.js';
import { valueJson } from './value-json.js';

export interface RunValues {
  readonly wanted: LookupWanted;
  readonly portal: Portal;
  readonly signal: AbortSignal;
  readonly maxConcurrent: number;
  readonly nowMs: () => number;
  readonly output: { write(text: string): unknown };
}

/** Looks up the values named, and shows what came of them; resolves to the exit code. */
export async function runValues(run: RunValues): Promise<number> {
  const { wanted, portal, nowMs, output } = run;
  const { outcomes, ending } = await lookUpAll(run);
  const { quota } = portal;
  if (wanted.isJson) {
    const array = outcomes.map((outcome) => valueJson(outcome, quota, wanted.isRaw));
    output.write(`${JSON.stringify(array, undefined, 2)}\n`);
  } else {
    const { listLimit, fields } = wanted;
    const show = { listLimit, fields, nowMs: nowMs() };
    for (const outcome of outcomes) output.write(`${reportText(outcome, show)}\n`);
    if (outcomes.length > 1 && !wanted.isQuiet) {
      output.write(`${summaryText(outcomes, show.nowMs)}\n`);
    }
    if (quota !== undefined && !wanted.isQuiet) output.write(`quota: ${quotaText(quota)}\n`);
  }
  if (ending !== undefined) return exitCodeOfFailure(ending.failure);
  return outcomes.every(isWell) ? exitCodes.done : exitCodes.fellShort;
}

/** Every value has an outcome, in their order; `ending`: what ended asking, if anything did. */
async function lookUpAll({ wanted, portal, signal, maxConcurrent }: RunValues): Promise<{
  readonly outcomes: readonly Outcome[];
  readonly ending: Failed | undefined;
}> {
  const { values, kind, fields } = wanted;
  const outcomes: Outcome[] = [];
  let ending: Failed | undefined;
  let next = 0;
  const work = async (): Promise<void> => {
    for (let at = next++; at < values.length; at = next++) {
      const text = values[at] ?? '';
      const found = recognise(text, kind);
      if (!found.ok) {
        outcomes[at] = { kind: 'not recognised', text, problem: found.problem };
        continue;
      }
      const object = found.value;
      const functions = functionsFor(object.kind, wanted);
      if (functions.length === 0) {
        outcomes[at] = { kind: 'not recognised', text, problem: noneFor(wanted, object.kind) };
        continue;
      }
      const answer =
        ending === undefined
          ? await lookUp(portal, object, functions, fields, signal)
          : { object, answers: [], failure: notAsked(ending), fields: new Map(), zone: undefined };
      outcomes[at] = { kind: 'answered', text, answer };
      const { failure } = answer;
      if (failure !== undefined && !isOfValue(failure.failure)) ending ??= failure;
    }
  };
  await Promise.all(Array.from({ length: Math.min(maxConcurrent, values.length) }, work));
  return { outcomes, ending };
}

function noneFor({ fields }: LookupWanted, kind: string): string {
  const what = fields === undefined ? 'functions' : 'fields';
  return `is of the kind ${kind}, which none of the ${what} named is for`;
}

/** One that would have been asked after all was ended. */
function notAsked({ failure, hint }: Failed): Failed {
  return { kind: 'failed', failure: 'not-asked', message: `not asked, after: ${failure}`, hint };
}

function isWell(outcome: Outcome): boolean {
  return outcome.kind === 'answered' && outcome.answer.failure === undefined;
}
