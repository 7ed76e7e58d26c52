import { syslogHeader } from '../../dsm/syslog/header.js';
import type { DecodedEvent, Match, Scanner } from '../core/index.js';
import type { Config } from '../config/index.js';
import { buildDetections } from '../detection/index.js';
import type { StormControl, StormVerdict } from '../detection/index.js';
import type { ExplainedExtraction } from '../extraction/index.js';
import { decodeLine, logSourceOf, lostPayloads } from '../intake/index.js';
import { matchExtraction } from '../matching/index.js';
import { reasonsOf } from '../scanning/index.js';
import { collectorDialectsOf } from './collectors.js';
import type { Rules } from './rules.js';
import { isExempt } from './storm/storm-rules.js';
import { assetOf } from './storm/storm.js';

export interface ExplainContext {
  readonly rules: Rules;
  /** The plain scanner, which says why; made for the same index. */
  readonly scanner: Scanner;
  readonly config: Config;
  /** Of this run of explain: what was explained before counts. */
  readonly storm: StormControl;
  /** The address the event is taken to come from. */
  readonly peer: string;
  readonly nowMs: number;
}

/** A match as it is shown. */
export interface ExplainedMatch {
  readonly value: string;
  readonly text: string;
  readonly indicator: string;
  readonly feed: string;
  readonly context: Readonly<Record<string, string>>;
}

/** A detection that has no message of its own. */
export interface ExplainedHeld {
  readonly event: string;
  readonly matchedIndicator: string;
  /** `count_only`, or why it waits for a summary. */
  readonly reason: Exclude<StormVerdict, 'send'> | 'count_only';
}

/** All that happens to one event, in the order it happens. */
export interface Explanation {
  readonly outcome: 'matched' | 'clean' | 'looped' | 'ignored';
  readonly decoded: {
    readonly kind: DecodedEvent['kind'];
    readonly fields: number;
    readonly text: string;
  };
  /** Oddities of the line that were counted. */
  readonly problems: readonly string[];
  readonly lostPayloads: number;
  /** What the hot path would have said: `isAsked` is false where it may not decide. */
  readonly scanner: { readonly isAsked: boolean; readonly reasons: readonly string[] };
  readonly extraction: ExplainedExtraction | undefined;
  /** First value of every rule, those that are only shown in messages included. */
  readonly values: Readonly<Record<string, string>>;
  readonly matches: readonly ExplainedMatch[];
  readonly suppressed: readonly (ExplainedMatch & { readonly by: string })[];
  readonly droppedByLimit: number;
  /** The rule of storm.countOnly that the event is under. */
  readonly countOnly: string | undefined;
  readonly held: readonly ExplainedHeld[];
  /** The exact lines as the first collector gets them, syslog header included where it gets one. */
  readonly messages: readonly string[];
}

/**
 * Does with a line what the pipeline does, by the same functions, and notes every step. One
 * explanation for each event on the line; `number` is the arrival number of the first.
 */
export function explainLine(
  line: Uint8Array,
  number: number,
  context: ExplainContext,
): readonly Explanation[] {
  const { rules, peer } = context;
  const scanner = {
    isAsked: rules.extractor.allowsScanner(peer),
    reasons: reasonsOf(context.scanner.scan(line, 0, line.length)),
  };
  const { events, problems } = decodeLine(line, 0, line.length, rules.decode);
  return events.map((decoded, index) => ({
    decoded: describe(decoded),
    problems,
    lostPayloads: lostPayloads(decoded),
    scanner,
    ...explainEvent(decoded, number + index, context),
  }));
}

type Steps = Omit<Explanation, 'decoded' | 'problems' | 'lostPayloads' | 'scanner'>;

const nothing = {
  values: {},
  matches: [],
  suppressed: [],
  droppedByLimit: 0,
  countOnly: undefined,
  held: [],
  messages: [],
} as const;

function explainEvent(decoded: DecodedEvent, number: number, context: ExplainContext): Steps {
  const { rules, config, peer, nowMs } = context;
  if (rules.ownLayerOf(decoded) !== undefined)
    return { outcome: 'looped', extraction: undefined, ...nothing };
  const extraction = rules.extractor.explain(decoded, peer);
  if (extraction.isIgnored) return { outcome: 'ignored', extraction, ...nothing };
  const result = matchExtraction(extraction, rules.index, {
    perEventDetectionLimit: rules.perEventDetectionLimit,
  });
  const detections = buildDetections(result.matches, extraction, { number, digest: '' }, nowMs);
  const logSource = logSourceOf(decoded, peer);
  const countOnly = rules.storm.countOnlyRule(decoded, extraction.source, logSource);
  const asset = assetOf(extraction.values, logSource);
  const held: ExplainedHeld[] = [];
  const sent = detections.filter((detection) => {
    const now = { monotonicMs: nowMs, atMs: nowMs };
    const reason =
      countOnly !== undefined
        ? 'count_only'
        : isExempt(logSource)
          ? 'send'
          : context.storm.take(detection, { asset, isBroken: false }, now);
    if (reason === 'send') return true;
    const { category, match } = detection;
    held.push({ event: category, matchedIndicator: match.observable.text, reason });
    return false;
  });
  const { facility, severity, timeZone } = config.leef;
  const [dialect = ''] = collectorDialectsOf(config);
  const hasSyslogHeader = rules.collectorDialects.get(dialect)?.syslogHeader !== false;
  const messages = sent.map((detection) => {
    const { atMs, body } = rules.renderer.render({ kind: 'detect', detection });
    const host = config.identifier;
    if (!hasSyslogHeader) return body;
    return `${syslogHeader({ facility, severity, atMs, host, timeZone })}${body}`;
  });
  return {
    outcome: detections.length > 0 ? 'matched' : 'clean',
    extraction,
    values: Object.fromEntries(extraction.values),
    matches: result.matches.map(explainMatch),
    suppressed: result.suppressed.map(({ match, by }) => ({
      ...explainMatch(match),
      by: by.feed.name,
    })),
    droppedByLimit: result.droppedByLimit,
    countOnly,
    held,
    messages,
  };
}

function explainMatch({ observable, indicator, feed, context }: Match): ExplainedMatch {
  return {
    value: `${observable.kind} ${observable.value}`,
    text: observable.text,
    indicator: `${indicator.kind} ${indicator.value}`,
    feed: feed.name,
    context: Object.fromEntries(context),
  };
}

function describe(decoded: DecodedEvent): Explanation['decoded'] {
  return decoded.kind === 'raw'
    ? { kind: 'raw', fields: 0, text: decoded.text }
    : { kind: 'envelope', fields: decoded.fields.size, text: decoded.payload };
}
