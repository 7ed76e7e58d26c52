import type { ContextField, Detection, EventValues, Outcome, StatusEvent } from '../core/index.js';

type StatusOutcome = Extract<Outcome, { kind: 'status' }>;
type EvaluationOutcome = Extract<Outcome, { kind: 'evaluation' }>;

/**
 * A status event of the service. `number` counts the status events of this process, from 1, and is
 * part of the message's id. Context by event: UpdatedFeed has `feed` and `records`,
 * FailedToUpdateFeed `feed` and `error`, OutdatedFeed `feed`, FeedLoadedPartially and
 * IndicatorsStoreLimitExceeded `feed`, `records` and `left_out`, ServiceUnavailable `since`, `reason` and
 * at a start `started`, FreeSpaceEnds `directory`, `free_bytes` and `limit_bytes`, EventsShed `stage`,
 * `reason` and `events` or `messages`, SpoolFull `reason` and `messages` or `error`.
 */
export function statusOutcome(
  event: StatusEvent,
  context: readonly ContextField[],
  atMs: number,
  number: number,
): StatusOutcome {
  return { kind: 'status', event, context, atMs, number };
}

/**
 * The outcome of having evaluated something: `LookupFinished` for one event,
 * `KL_EVALUATION_Verification` for a verification run, `KL_EVALUATION_Lookup` for what the portal says of
 * an indicator. `number` counts the evaluation events of this
 * process, from 1.
 */
export function evaluationOutcome(
  event: string,
  context: readonly ContextField[],
  atMs: number,
  number: number,
): EvaluationOutcome {
  return { kind: 'evaluation', event, context, atMs, number };
}

/** Context of `KL_EVALUATION_Verification`: how many expected rows were seen, and how many not. */
export function verificationContext(passed: number, failed: number): readonly ContextField[] {
  return [
    ['result', failed === 0 ? 'passed' : 'failed'],
    ['passed', String(passed)],
    ['failed', String(failed)],
  ];
}

/**
 * Context of `LookupFinished` for one event: the number of detections sent, and how many of each
 * category, `<category>:<n>;` repeated in the order given (CyberTrace help, page 296063).
 */
export function finishedContext(
  sentByCategory: ReadonlyMap<string, number>,
): readonly ContextField[] {
  let sent = 0;
  let total = '';
  for (const [category, count] of sentByCategory) {
    sent += count;
    total += `${category}:${count};`;
  }
  return [
    ['sent_events', String(sent)],
    ['total', total],
  ];
}

/**
 * `LookupFinished` for one event, with the number of its detections that were sent, by category.
 * `values` are those of the event, where they are known.
 */
export function finishedOutcome(
  detections: readonly Detection[],
  atMs: number,
  eventNumber: number,
  values?: EventValues,
): EvaluationOutcome {
  const sent = new Map<string, number>();
  for (const { category } of detections) sent.set(category, (sent.get(category) ?? 0) + 1);
  const outcome = evaluationOutcome('LookupFinished', finishedContext(sent), atMs, eventNumber);
  return values === undefined ? outcome : { ...outcome, values };
}
