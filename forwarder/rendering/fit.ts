import { cutToBytes } from './clean.js';
import type { DetectData, NoticeData } from './template-data.js';

/** Gives the data with about `excess` bytes less, or undefined when it has nothing left to give. */
type Shrinker<Data> = (data: Data, excess: number) => Data | undefined;

/**
 * Renders, and when the line is too long renders again with less, until it fits. `maxBytes` counts
 * UTF-8. The shrinkers are asked in their order, each as long as it has something to give; every
 * one takes at least a byte each time, so this ends. What fits at once is rendered once.
 */
export function fitLine<Data extends NoticeData>(
  render: (data: Data) => string,
  data: Data,
  maxBytes: number,
  shrinkers: readonly Shrinker<Data>[],
): string {
  let line = render(data);
  // A UTF-16 unit takes at most three bytes.
  if (line.length * 3 <= maxBytes || byteLength(line) <= maxBytes) return line;
  let current: Data = { ...data, truncated: true };
  line = render(current);
  for (const shrink of shrinkers) {
    for (;;) {
      const excess = byteLength(line) - maxBytes;
      if (excess <= 0) return line;
      const smaller = shrink(current, excess);
      if (smaller === undefined) break;
      current = smaller;
      line = render(current);
    }
  }
  return cutLine(line, maxBytes);
}

/**
 * Detections: whole context fields go, last first; then values are shortened, the longest first,
 * and the matched indicator only when the line is too long even without all of them.
 */
export const detectShrinkers: readonly Shrinker<DetectData>[] = [
  dropContext,
  lowerValueLimit,
  shortenValues,
  shortenMatchedIndicator,
];

/** Status and evaluation: the context is the message, so its values are shortened before any goes. */
export const noticeShrinkers: readonly Shrinker<NoticeData>[] = [shortenContext, dropContext];

function dropContext<Data extends NoticeData>(data: Data, excess: number): Data | undefined {
  const { context } = data;
  if (context.length === 0) return undefined;
  let keep = context.length;
  for (let gained = 0; keep > 0 && gained < excess;) {
    keep -= 1;
    const item = context[keep];
    if (item === undefined) break;
    // TAB, key, =, value; an empty value is written as `-`.
    gained += item.name.length + Math.max(1, byteLength(item.value)) + 2;
  }
  return { ...data, context: context.slice(0, keep) };
}

/** The shortest that a context value of a status message is cut to before whole fields go. */
const shortestContextValue = 32;

function shortenContext(data: NoticeData, excess: number): NoticeData | undefined {
  let longest = -1;
  let longestBytes = shortestContextValue;
  data.context.forEach(({ value }, index) => {
    const bytes = byteLength(value);
    if (bytes > longestBytes) {
      longest = index;
      longestBytes = bytes;
    }
  });
  if (longest < 0) return undefined;
  const bytes = Math.max(shortestContextValue, longestBytes - excess);
  const context = data.context.map((item, index) =>
    index === longest ? { name: item.name, value: cutToBytes(item.value, bytes) } : item,
  );
  return { ...data, context };
}

function lowerValueLimit(data: DetectData): DetectData | undefined {
  if (data.valueLimit === 0 || data.values.size === 0) return undefined;
  return { ...data, valueLimit: Math.floor(data.valueLimit / 2) };
}

const shortenable = [
  'url',
  'usrName',
  'ip',
  'md5',
  'sha1',
  'sha256',
  'feed',
  'indicator',
  'rule',
  'source',
] as const satisfies readonly (keyof DetectData)[];

function shortenValues(data: DetectData, excess: number): DetectData | undefined {
  let longest: (typeof shortenable)[number] | undefined;
  let longestBytes = 0;
  for (const name of shortenable) {
    const bytes = byteLength(data[name]);
    if (bytes <= longestBytes) continue;
    longest = name;
    longestBytes = bytes;
  }
  if (longest === undefined) return undefined;
  return { ...data, [longest]: cutToBytes(data[longest], longestBytes - excess).trimEnd() };
}

function shortenMatchedIndicator(data: DetectData, excess: number): DetectData | undefined {
  const { matchedIndicator } = data;
  if (matchedIndicator === '') return undefined;
  const bytes = byteLength(matchedIndicator) - excess;
  return { ...data, matchedIndicator: cutToBytes(matchedIndicator, bytes).trimEnd() };
}

/**
 * The last guard, reached only by a template whose own text is too long: whole attributes go, last
 * first. A line above the limit would be cut by the receiver, and its rest would arrive as an event
 * of its own, with text that an attacker chose.
 */
function cutLine(line: string, maxBytes: number): string {
  const start = cutToBytes(line, maxBytes);
  if (line[start.length] === '\t') return start;
  const tab = start.lastIndexOf('\t');
  return tab < 0 ? start : start.slice(0, tab);
}

function byteLength(text: string): number {
  return Buffer.byteLength(text, 'utf8');
}
