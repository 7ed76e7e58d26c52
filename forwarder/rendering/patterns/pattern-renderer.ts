import type { ContextField, Detection, Message, Outcome, Renderer } from '../../core/index.js';
import { noticeId } from '../notice-id.js';
import { checkedFormats, checkRoom } from './check-formats.js';
import type { PatternFormats } from './check-formats.js';
import { compileFormat } from './compile-format.js';
import type { FormatTools, FormatUse } from './compile-format.js';
import { compileFieldFormat } from './field-format.js';
import { createFieldNamer } from './field-names.js';
import type { FieldOrder, NamedField, Nested } from './field-names.js';
import { detectReductions, fitBody, noticeReductions } from './fit-body.js';
import { lineTimes } from './line-time.js';
import type { Scope } from './scope.js';
import { createValueWriter } from './value-writer.js';
import type { Escape } from './value-writer.js';

export interface PatternRendererOptions extends PatternFormats {
  readonly escape: Escape;
  /** ASCII characters that are percent-encoded in values; see createValueWriter. Default none. */
  readonly percentEncode?: string | undefined;
  readonly nested: Nested;
  /** Order of a record's fields; those of status and finished messages keep theirs. */
  readonly order: FieldOrder;
  /** Time zone of `%Date%`. */
  readonly timeZone: 'local' | 'utc';
  /** Upper limit of a body in bytes of UTF-8. */
  readonly maxBodyBytes: number;
  /** Another one for each run of the service: part of the ids of notices. */
  readonly runId?: string | undefined;
  /** Where a format comes from, for messages. */
  readonly placeOf: (format: keyof PatternFormats) => string;
}

/** A renderer that a dialect is made of. */
export interface DialectRenderer extends Renderer {
  /** Whether `LookupFinished` shows values of the event: only then it need carry them. */
  readonly usesEventValuesInFinished: boolean;
}

/** The event after which CyberTrace's clients know that an event was dealt with. */
const finishedEvent = 'LookupFinished';

/**
 * Compiles the formats of a dialect, once. Throws ServiceError TF_TEMPLATE for a format that cannot
 * be used. The renderer itself never throws; its bodies are one line each, within maxBodyBytes. An
 * empty AlertFormat or FinishedEventFormat gives bodies that are '': nothing is to be sent.
 *
 *     eventFormat "category=%Category% url=%RE_URL%%RecordContext%", record fields " %ParamName%=%ParamValue%"
 *     → category=KL_Malicious_URL url=http://fakess123.nu/x mask=fakess123.nu type=2
 */
export function createPatternRenderer(options: PatternRendererOptions): DialectRenderer {
  const { escape, nested, order, maxBodyBytes, runId = '', placeOf } = options;
  const formats = checkedFormats(options, placeOf);
  const writer = createValueWriter(escape, options.percentEncode);
  const tools: FormatTools = {
    escape,
    writer,
    recordFields: compileFieldFormat(formats.recordFieldContextFormat, writer),
    actionableFields: compileFieldFormat(formats.actionableFieldContextFormat, writer),
    timeOf: lineTimes(options.timeZone),
    maxBytes: maxBodyBytes,
  };
  const compile = (name: keyof PatternFormats, use: FormatUse) => {
    const format = compileFormat(formats[name], use, tools);
    checkRoom(format, maxBodyBytes, placeOf(name));
    return format;
  };
  const detect = compile('eventFormat', 'detect');
  const alert = compile('alertFormat', 'alert');
  const finished = compile('finishedEventFormat', 'finished');

  const nameFields = createFieldNamer(nested, order, writer);
  const flat = nested === 'tracer' ? 'underscore' : nested;
  const nameAsGiven = createFieldNamer(flat, 'record', writer);
  const hasContext = detect.patterns.has('RecordContext') || detect.patterns.has('CONTEXT');
  const hasActionable = detect.patterns.has('ActionableFields');

  const detectBody = (detection: Detection): string => {
    const context = hasContext ? nameFields(contextOf(detection)) : [];
    const actionable = hasActionable ? nameAsGiven(joined(detection.match.actionable ?? [])) : [];
    const { category, detectedAtMs, values } = detection;
    const scope = scopeOf(category, detectedAtMs, context, values, maxBodyBytes);
    return fitBody(
      detect.render,
      { ...scope, detection, actionableFields: actionable, actionable: actionable.length },
      maxBodyBytes,
      detectReductions,
    );
  };
  const noticeBody = (outcome: Exclude<Outcome, { kind: 'detect' }>): string => {
    const { event, atMs } = outcome;
    const isFinished = outcome.kind === 'evaluation' && event === finishedEvent;
    const values = outcome.kind === 'evaluation' ? outcome.values : undefined;
    const fields: readonly ContextField[] = isFinished
      ? [['event', event], ...outcome.context]
      : outcome.context;
    const scope = scopeOf(event, atMs, nameAsGiven(fields), values, maxBodyBytes);
    const format = isFinished ? finished : alert;
    return fitBody(format.render, scope, maxBodyBytes, noticeReductions);
  };

  const render = (outcome: Outcome): Message => {
    switch (outcome.kind) {
      case 'detect': {
        const { detection } = outcome;
        const { id, category: event, detectedAtMs: atMs } = detection;
        return { id, kind: 'detect', event, atMs, body: detectBody(detection) };
      }
      case 'status':
      case 'evaluation': {
        const { kind, event, atMs } = outcome;
        return { id: noticeId(outcome, runId), kind, event, atMs, body: noticeBody(outcome) };
      }
      default:
        return outcome satisfies never;
    }
  };
  return { render, usesEventValuesInFinished: finished.usesEventValues };
}

function scopeOf(
  event: string,
  atMs: number,
  context: readonly NamedField[],
  values: Scope['values'],
  maxBodyBytes: number,
): Scope {
  return {
    event,
    atMs,
    context,
    values,
    actionableFields: [],
    detection: undefined,
    fields: context.length,
    actionable: 0,
    valueLimit: maxBodyBytes,
  };
}

/** The record's fields; those of a summary say how many detections it stands for, and since when. */
function contextOf({ match, summary }: Detection): readonly ContextField[] {
  if (summary === undefined) return match.context;
  return [
    ...match.context,
    ['count', String(summary.count)],
    ['firstTime', String(summary.firstAtMs)],
    ['lastTime', String(summary.lastAtMs)],
  ];
}

/** Each name once, its values joined with `;` (CyberTrace help, page 171635). */
function joined(fields: readonly ContextField[]): readonly ContextField[] {
  const byName = new Map<string, string>();
  for (const [name, value] of fields) {
    const before = byName.get(name);
    byName.set(name, before === undefined ? value : `${before};${value}`);
  }
  return [...byName];
}
