import type { ContextField } from '../../core/index.js';
import { flatFields, isObject } from '../../core/index.js';

/** What an enricher may say about one event at most. */
export const answerLimits = { answers: 100, fields: 200, depth: 16, textBytes: 65_536 } as const;

/** An answer, checked and flattened. */
export interface CheckedAnswer {
  readonly matched: string | undefined;
  readonly category: string | undefined;
  readonly context: readonly ContextField[];
}

const categoryPattern = /^[A-Za-z0-9_.-]{1,128}$/;

/** The answers in what a module gave back; or, as text, why they are none. Never throws. */
export function readReply(reply: unknown): readonly CheckedAnswer[] | string {
  if (reply === null || reply === undefined) return [];
  const given: readonly unknown[] = Array.isArray(reply) ? reply : [reply];
  const { answers: mostAnswers, textBytes } = answerLimits;
  if (given.length > mostAnswers) return `it has more than ${mostAnswers} answers`;
  const answers: CheckedAnswer[] = [];
  let bytes = 0;
  for (const one of given) {
    const answer = readAnswer(one);
    if (typeof answer === 'string') return answer;
    bytes += sizeOf(answer);
    if (bytes > textBytes) return `it has more than ${textBytes} bytes of text`;
    answers.push(answer);
  }
  return answers;
}

function readAnswer(answer: unknown): CheckedAnswer | string {
  if (!isObject(answer)) return 'an answer is no object';
  const { matched, category, fields } = answer;
  if (matched !== undefined && typeof matched !== 'string') return 'matched is no text';
  if (category !== undefined && !isCategory(category)) {
    return 'category is no word of letters, digits, "_", "." and "-"';
  }
  if (!isObject(fields)) return 'fields is no object';
  const { fields: most, depth } = answerLimits;
  const context = flatFields(fields, { fields: most, depth });
  if (context === undefined) {
    return `an answer has more than ${most} fields, or objects more than ${depth} deep`;
  }
  return { matched, category, context };
}

function isCategory(value: unknown): value is string {
  return typeof value === 'string' && categoryPattern.test(value);
}

function sizeOf({ matched = '', category = '', context }: CheckedAnswer): number {
  let bytes = Buffer.byteLength(matched) + Buffer.byteLength(category);
  for (const [name, text] of context) bytes += Buffer.byteLength(name) + Buffer.byteLength(text);
  return bytes;
}

/** Whether a message from the thread holds checked answers: the module shares the thread with us. */
export function areCheckedAnswers(value: unknown): value is readonly CheckedAnswer[] {
  return (
    Array.isArray(value) &&
    value.length <= answerLimits.answers &&
    value.every(
      (one) =>
        isObject(one) &&
        (one['matched'] === undefined || typeof one['matched'] === 'string') &&
        (one['category'] === undefined || isCategory(one['category'])) &&
        Array.isArray(one['context']) &&
        one['context'].length <= answerLimits.fields &&
        one['context'].every(isContextField) &&
        true,
    )
  );
}

function isContextField(field: unknown): boolean {
  return Array.isArray(field) && field.length === 2 && field.every((x) => typeof x === 'string');
}
