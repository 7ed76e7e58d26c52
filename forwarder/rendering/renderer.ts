import { syslogHeaderBytes } from '../../dsm/syslog/header.js';
import { ServiceError } from '../core/index.js';
import type { Message, Outcome, OutcomeKind, Renderer } from '../core/index.js';
import { detectShrinkers, fitLine, noticeShrinkers } from './fit.js';
import { noticeId } from './notice-id.js';
import { barestData } from './sample-check.js';
import { checkTemplate } from './template-check.js';
import { problemText } from './template-problem.js';
import type { TemplateSource } from './template-problem.js';
import { compileTemplate } from './template-compile.js';
import type { CompiledTemplate } from './template-compile.js';
import { detectData, noticeData } from './template-data.js';
import type { DataOptions } from './template-data.js';

export type TemplateSources = Readonly<Record<OutcomeKind, TemplateSource>>;

export interface RendererOptions {
  /** The log source identifier in JSA: the host of the syslog header. */
  readonly identifier: string;
  readonly templates: TemplateSources;
  /** Whether lines carry `cat=Detect|Status|Evaluation`. */
  readonly cat: boolean;
  /** Whether lines carry `msgId`, the message's id. */
  readonly messageId?: boolean;
  /** What lines carry as `loopToken`; absent: nothing. */
  readonly loopToken?: string | undefined;
  /** Another one for each run of the service: part of the ids of notices. */
  readonly runId?: string;
  /** Upper limit of a line in bytes of UTF-8, its syslog header included, without a line end. */
  readonly maxMessageBytes: number;
  /** Of the syslog header: 0–23 and 0–7. */
  readonly facility: number;
  readonly severity: number;
}

/**
 * Checks and compiles the three templates, once. Throws ServiceError TF_TEMPLATE with file and line
 * for a template that is wrong, or whose own text leaves no room within maxMessageBytes. The
 * renderer itself never throws, and no line of it is longer than the limit.
 */
export function createRenderer(options: RendererOptions): Renderer {
  const { templates, identifier, facility, severity, maxMessageBytes } = options;
  const headerBytes = syslogHeaderBytes({ facility, severity, host: identifier });
  const bodyLimit = maxMessageBytes - headerBytes;
  const { messageId = false, loopToken = '', runId = '' } = options;
  const dataOptions = { withCat: options.cat, withMessageId: messageId, loopToken, bodyLimit };
  const detect = compile('detect', templates.detect, dataOptions);
  const status = compile('status', templates.status, dataOptions);
  const evaluation = compile('evaluation', templates.evaluation, dataOptions);
  const render = (outcome: Outcome): Message => {
    switch (outcome.kind) {
      case 'detect': {
        const { detection } = outcome;
        const data = detectData(detection, dataOptions);
        return {
          id: detection.id,
          kind: outcome.kind,
          event: data.event,
          atMs: detection.detectedAtMs,
          body: fitLine(detect, data, bodyLimit, detectShrinkers),
        };
      }
      case 'status':
      case 'evaluation': {
        const { kind, atMs } = outcome;
        const template = kind === 'status' ? status : evaluation;
        const id = noticeId(outcome, runId);
        const data = noticeData({ ...outcome, id }, dataOptions);
        return {
          id,
          kind,
          event: data.event,
          atMs,
          body: fitLine(template, data, bodyLimit, noticeShrinkers),
        };
      }
      default:
        return outcome satisfies never;
    }
  };
  return { render };
}

function compile(
  kind: OutcomeKind,
  source: TemplateSource,
  options: DataOptions,
): CompiledTemplate {
  const { bodyLimit } = options;
  const [problem, ...others] = checkTemplate(kind, source);
  if (problem !== undefined) {
    const more = others.map((other) => `\n${problemText(other)}`).join('');
    throw new ServiceError('TF_TEMPLATE', problem.message + more, {
      where: `${problem.file}:${problem.line}`,
      hint: problem.hint,
    });
  }
  const template = compileTemplate(source.text);
  const lines = barestData(kind, options).map(template);
  const barest = Math.max(...lines.map((line) => Buffer.byteLength(line, 'utf8')));
  if (barest > bodyLimit) {
    throw new ServiceError(
      'TF_TEMPLATE',
      `a message without any value needs up to ${barest} bytes behind its syslog header, and ${bodyLimit} are allowed`,
      {
        where: source.file,
        hint: 'raise the limit for a message, or shorten the text of the template',
      },
    );
  }
  return template;
}
