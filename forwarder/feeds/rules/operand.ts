import { parseFeedMoment, parseMoment } from './moment.js';

/** What values are compared with: of a number both ends are the same, a date is a stretch of time. */
export interface Operand {
  readonly kind: 'number' | 'date';
  readonly from: number;
  readonly to: number;
}

const decimal = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;
const now = /^%NOW%(?:([+-])(\d{1,6}))?$/i;
const dayMs = 86_400_000;

/** A decimal number; undefined for anything else. */
export function parseNumber(text: string): number | undefined {
  return decimal.test(text) ? Number(text) : undefined;
}

/** A number, a date, or `%NOW%` with days added or taken away; undefined for anything else. */
export function parseOperand(text: string, nowMs: number): Operand | undefined {
  const number = parseNumber(text);
  if (number !== undefined) return { kind: 'number', from: number, to: number };
  const relative = now.exec(text);
  if (relative !== null) {
    const days = Number(`${relative[1] ?? ''}${relative[2] ?? 0}`);
    const at = nowMs + days * dayMs;
    return { kind: 'date', from: at, to: at };
  }
  const moment = parseMoment(text);
  return moment && { kind: 'date', from: moment.fromMs, to: moment.toMs };
}

/** A value of a record as what it is compared with; undefined when it is no such thing. */
export function valueAs(kind: Operand['kind'], text: string): Operand | undefined {
  const trimmed = text.trim();
  if (kind === 'number') {
    const number = parseNumber(trimmed);
    return number === undefined ? undefined : { kind, from: number, to: number };
  }
  const moment = parseFeedMoment(trimmed);
  return moment && { kind, from: moment.fromMs, to: moment.toMs };
}
