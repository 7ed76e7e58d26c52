import type { ContextField, Detection, Outcome } from '../../core/index.js';
import { evaluationOutcome } from '../../detection/index.js';
import type { EnrichPlan } from '../../lookup/may-look-up.js';
import { answerContext, zoneOf } from './report-context.js';
import type { Answer } from './report-context.js';

/** What a message about a detection says of it, after it has gone out. */
export interface FollowedDetection {
  readonly id: string;
  readonly event: string;
  readonly matchedIndicator: string;
}

export function followedDetection({ id, category, match }: Detection): FollowedDetection {
  return { id, event: category, matchedIndicator: match.observable.text };
}

/** Apart from the numbers of `LookupFinished`, which are those of events. */
const firstNumber = 1e15;

/**
 * `KL_EVALUATION_Lookup`: what the portal says about an indicator whose detection went out before. Its
 * `event` and `matchedIndicator` are those of the detection, and so is `detectionMsgId` where messages
 * have ids. `number` counts these messages, from 1.
 */
export function followUpOutcome(
  detection: FollowedDetection,
  answer: Answer,
  plan: EnrichPlan,
  options: { readonly atMs: number; readonly number: number; readonly withMessageId: boolean },
): Outcome {
  const { id, event, matchedIndicator } = detection;
  const context: ContextField[] = [
    ['matchedIndicator', matchedIndicator],
    ['event', event],
  ];
  if (options.withMessageId) context.push(['detectionMsgId', id]);
  const wanted = answerContext(answer, plan);
  const zone = wanted.some(([name]) => name === 'KLZone') ? undefined : zoneOf(answer, plan);
  if (zone !== undefined) context.push(['KLZone', zone]);
  context.push(...wanted);
  const number = firstNumber + options.number;
  return evaluationOutcome('KL_EVALUATION_Lookup', context, options.atMs, number);
}
