import { cutText } from '../clean.js';
import { eventValue } from './event-values.js';
import type { FieldFormat } from './field-format.js';
import type { NamedField } from './field-names.js';
import { partsInHeader } from './header-end.js';
import { parseFormat } from './parse-format.js';
import { absentText } from './scope.js';
import type { Scope } from './scope.js';
import type { Escape, ValueWriter } from './value-writer.js';

/** What a line is about: it decides which patterns there are. */
export type FormatUse = 'detect' | 'alert' | 'finished';

/** What all formats of a dialect share. */
export interface FormatTools {
  readonly escape: Escape;
  readonly writer: ValueWriter;
  readonly recordFields: FieldFormat;
  readonly actionableFields: FieldFormat;
  readonly timeOf: (atMs: number) => string;
  /** Longest line in bytes. What is longer ends early: it is too long anyhow. */
  readonly maxBytes: number;
}

/** A format that was taken apart once and is now only filled in. */
export interface CompiledFormat {
  readonly render: (scope: Scope) => string;
  /** The names of its patterns. */
  readonly patterns: ReadonlySet<string>;
  /** Whether a pattern of it is the name of a rule. */
  readonly usesEventValues: boolean;
}

/**
 * `text`: a value of an event, a feed or the configuration, to be made safe. `written`: it is fit to
 * stand in the line already. `rule`: a text found by the rule of that name.
 */
interface Pattern {
  readonly kind: 'text' | 'written' | 'rule';
  readonly read: (scope: Scope) => string;
}

/** An event id is cut to this length at the most, when all else does not help. */
const shortestEvent = 64;

/** Compiles a format. Patterns that have no value, and names that nothing has, are written as `-`. */
export function compileFormat(format: string, use: FormatUse, tools: FormatTools): CompiledFormat {
  const parts = parseFormat(format);
  const isInHeader = partsInHeader(parts, tools.escape);
  const patterns = new Map<string, Pattern | undefined>();
  const steps = parts.map((part, index) => {
    if (part.kind === 'text') return part.text;
    const pattern = patternOf(part.name, use, tools);
    patterns.set(part.name, pattern);
    return stepOf(pattern, isInHeader[index] === true, tools.writer);
  });
  return {
    render: renderer(steps, tools.maxBytes),
    patterns: new Set(patterns.keys()),
    usesEventValues: [...patterns.values()].some((pattern) => pattern?.kind === 'rule'),
  };
}

type Step = string | ((scope: Scope) => string);

function renderer(steps: readonly Step[], maxBytes: number): CompiledFormat['render'] {
  return (scope) => {
    let line = '';
    for (const step of steps) {
      line += typeof step === 'string' ? step : step(scope);
      // A UTF-16 unit takes a byte at least.
      if (line.length > maxBytes) break;
    }
    return line;
  };
}

function stepOf(pattern: Pattern | undefined, isInHeader: boolean, writer: ValueWriter): Step {
  if (pattern === undefined) return absentText;
  const { kind, read } = pattern;
  if (kind === 'written') {
    return isInHeader ? (scope) => writer.header(read(scope)) : read;
  }
  const write = isInHeader ? writer.header : writer.value;
  return (scope) => write(read(scope)) || absentText;
}

function patternOf(name: string, use: FormatUse, tools: FormatTools): Pattern | undefined {
  switch (name) {
    case 'Date':
    case 'DATE':
      return { kind: 'written', read: ({ atMs }) => tools.timeOf(atMs) };
    case 'RecordContext':
      return { kind: 'written', read: (scope) => recordContext(scope, scope.context, tools) };
    case 'CONTEXT':
      return { kind: 'written', read: (scope) => oldContext(scope, use, tools) };
    case 'EVENT':
      return { kind: 'text', read: eventId };
    default:
  }
  switch (use) {
    case 'detect':
      return detectPattern(name, tools) ?? rule(name);
    case 'alert':
      return name === 'Alert' ? { kind: 'text', read: eventId } : undefined;
    case 'finished':
      // The names that are kept for detections are no rules.
      return name === 'Alert' || detectPattern(name, tools) !== undefined ? undefined : rule(name);
    default:
      return use satisfies never;
  }
}

function rule(name: string): Pattern {
  const read = eventValue(name);
  return { kind: 'rule', read: (scope) => cutText(read(scope), scope.valueLimit) };
}

function detectPattern(name: string, { actionableFields, maxBytes }: FormatTools) {
  const text = (read: (scope: Scope) => string): Pattern => ({
    kind: 'text',
    read: (scope) => cutText(read(scope), scope.valueLimit),
  });
  switch (name) {
    case 'Category':
      return { kind: 'text', read: eventId } satisfies Pattern;
    case 'MatchedIndicator':
      return text(({ detection }) => detection?.match.observable.text ?? '');
    case 'ActionableFields':
      return {
        kind: 'written',
        read: ({ actionableFields: fields, actionable, valueLimit }) =>
          actionableFields.write(fields, actionable, valueLimit, maxBytes),
      } satisfies Pattern;
    case 'Confidence':
      return text(({ detection }) => String(detection?.match.feed.confidence ?? ''));
    case 'SourceId':
      return text(({ detection }) => detection?.source ?? '');
    case 'IndicatorInfo':
      // CyberTrace's link to its own page about the indicator; there is no such page here.
      return text(() => '');
    default:
      return undefined;
  }
}

function eventId({ event, valueLimit }: Scope): string {
  return cutText(event, Math.max(shortestEvent, valueLimit));
}

function recordContext(
  { fields, valueLimit }: Scope,
  context: readonly NamedField[],
  { recordFields, maxBytes }: FormatTools,
  added = 0,
): string {
  return recordFields.write(context, fields + added, valueLimit, maxBytes);
}

const oldEventFields = [
  ['url', eventValue('RE_URL')],
  ['ip', eventValue('RE_IP')],
  ['md5', eventValue('RE_MD5')],
  ['sha1', eventValue('RE_SHA1')],
  ['sha256', eventValue('RE_SHA256')],
  ['usrName', eventValue('RE_USERNAME')],
] as const;

/**
 * `%CONTEXT%` of version 2: all that its `%EVENT%|%CONTEXT%` has behind the event id, in a detection
 * the event's own values first. No separator stands before the first field. The one sample that there
 * is has no `ip`, and its event had none either: it is written where there is one.
 */
function oldContext(scope: Scope, use: FormatUse, tools: FormatTools): string {
  const own =
    use === 'detect'
      ? oldEventFields
          .map(([name, read]) => [name, read(scope) || absentText] as const)
          .filter(([name, value]) => name !== 'ip' || value !== absentText)
      : [];
  const text = recordContext(scope, [...own, ...scope.context], tools, own.length);
  const { prefix } = tools.recordFields;
  return text.startsWith(prefix) ? text.slice(prefix.length) : text;
}
