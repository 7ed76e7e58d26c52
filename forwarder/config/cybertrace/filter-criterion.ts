const number = String.raw`[+-]?\d{1,15}(?:\.\d{1,6})?`;
const date = String.raw`\d{2}\.\d{2}\.\d{4}|\d{4}-\d{2}-\d{2}|%NOW%(?:[+-]\d{1,6})?`;
const numbers = new RegExp(`^\\[(${number})?;(${number})?\\]$`);
const dates = new RegExp(`^\\[(${date})?;(${date})?\\]$`);

/**
 * The value of a filter as `feeds[].filters` takes it: a range of numbers or dates, or a text.
 * Undefined when it means nothing there.
 *
 *     [01.02.2013; 01.02.2015]  →  [01.02.2013;01.02.2015]
 */
export function readFilterCriterion(value: string): string | undefined {
  const text = value.replace(/^\[\s*([^;\]]*?)\s*;\s*([^;\]]*?)\s*\]$/, '[$1;$2]');
  if (text === '' || text.length > 1000) return undefined;
  if (!text.startsWith('[')) return /^(?:[<>]=?|!=|=)/.test(text) ? undefined : text;
  if (text === '[;]') return undefined;
  const [, low, high] = numbers.exec(text) ?? [];
  if (low !== undefined && high !== undefined && Number(low) > Number(high)) return undefined;
  if (numbers.test(text)) return text;
  return dates.test(text) && areInOrder(text) ? text : undefined;
}

/** Of two fixed days the first is not the later one, and both are days of the calendar. */
function areInOrder(range: string): boolean {
  const ends = range.slice(1, -1).split(';').map(dayOf);
  if (ends.some((end) => Number.isNaN(end))) return false;
  const [from, to] = ends;
  if (from === undefined || to === undefined) return areRelative(range);
  return from <= to;
}

/** `[%NOW%-3;%NOW%]`: days before and after today. */
function areRelative(range: string): boolean {
  const days = Array.from(range.matchAll(/%NOW%([+-]\d+)?/g), ([, by]) => Number(by ?? 0));
  const [from, to] = days;
  return from === undefined || to === undefined || from <= to;
}

/** Undefined: no fixed day. NaN: no day at all. */
function dayOf(text: string): number | undefined {
  if (text === '' || text.startsWith('%')) return undefined;
  const iso = text.includes('.') ? text.split('.').reverse().join('-') : text;
  const time = Date.parse(`${iso}T00:00:00Z`);
  const isReal = !Number.isNaN(time) && new Date(time).toISOString().startsWith(iso);
  return isReal ? time : NaN;
}
