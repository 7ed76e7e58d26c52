import { describeEvent } from '../../dsm/events/catalogue.js';
import { headerField } from '../../dsm/leef/text.js';
import type { ContextField, Detection, EventValues } from '../core/index.js';
import { parseIp } from '../normalise/index.js';
import { Cleaner, cutText } from './clean.js';
import { contextItems, noticeKey } from './context-items.js';
import type { ContextItem } from './context-items.js';

/** What every template sees: clean text only, so that nothing a template does can let a value out. */
export interface NoticeData {
  readonly event: string;
  readonly type: string;
  /** '' unless `leef.cat` is on. */
  readonly cat: string;
  readonly devTime: string;
  readonly severity: string;
  /** '' unless `leef.messageId` is on. */
  readonly msgId: string;
  /** '' unless `leef.loopToken` is on. */
  readonly loopToken: string;
  readonly context: readonly ContextItem[];
  readonly truncated: boolean;
}

/** What the template of a detection sees; absent values are ''. */
export interface DetectData extends NoticeData {
  readonly eventTime: string;
  readonly url: string;
  readonly ip: string;
  readonly md5: string;
  readonly sha1: string;
  readonly sha256: string;
  readonly usrName: string;
  readonly src: string;
  readonly dst: string;
  readonly matchedIndicator: string;
  readonly confidence: string;
  readonly feed: string;
  readonly indicator: string;
  readonly indicatorKind: string;
  readonly rule: string;
  readonly source: string;
  /** Of a summary: how many detections it stands for, and when the first and the last were; else ''. */
  readonly count: string;
  readonly firstTime: string;
  readonly lastTime: string;
  /** For the helper `value`; not a name of the template's. */
  readonly values: EventValues;
  /** Longest text that the helper `value` gives. */
  readonly valueLimit: number;
}

export interface DataOptions {
  readonly withCat: boolean;
  readonly withMessageId: boolean;
  /** '' for none. */
  readonly loopToken: string;
  /** Longest body of a message in bytes; no text may be longer. */
  readonly bodyLimit: number;
}

/** QRadar's limit for a user name (IBM, predefined LEEF event attributes). */
const maxUserNameLength = 255;

/** The data of a detection. */
export function detectData(detection: Detection, options: DataOptions): DetectData {
  const { match, values, summary } = detection;
  const { observable, indicator, feed } = match;
  const cleaner = new Cleaner(options.bodyLimit);
  const valueOf = (rule: string): string => {
    const value = values.get(rule);
    return value === undefined ? '' : cleaner.clean(value);
  };
  const matchedIndicator = cleaner.clean(observable.text);
  // What was detected stands under the key of its kind, whatever rule found it.
  const ofKind = (kind: string, rule: string): string =>
    observable.kind === kind ? matchedIndicator : valueOf(rule);
  // What the feed's configuration singles out stands first: it is the last to be cut.
  const fields =
    match.actionable === undefined ? match.context : [...match.actionable, ...match.context];
  const context = contextItems(fields, cleaner, options.bodyLimit);
  const url = ofKind('url', 'RE_URL');
  const { event, type, severity } = eventFacts(detection.category);
  // Written out, not spread: a spread at the head of so many names makes a slow object.
  return {
    event,
    type,
    cat: options.withCat ? type : '',
    devTime: epochText(detection.detectedAtMs),
    severity,
    msgId: options.withMessageId ? detection.id : '',
    loopToken: options.loopToken,
    context,
    eventTime: eventTime(values.get('DEV_TIME')),
    // A bare domain is a URL to JSA, which has no key of its own for it.
    url: url === '' ? ofKind('domain', 'RE_DOMAIN') : url,
    ip: ofKind('ip', 'RE_IP'),
    md5: ofKind('md5', 'RE_MD5'),
    sha1: ofKind('sha1', 'RE_SHA1'),
    sha256: ofKind('sha256', 'RE_SHA256'),
    usrName: cutText(valueOf('RE_USERNAME'), maxUserNameLength).trimEnd(),
    src: address(values.get('SRC_IP')),
    dst: address(values.get('DST_IP')),
    matchedIndicator,
    confidence: String(feed.confidence),
    feed: cleaner.clean(feed.name),
    indicator: cleaner.clean(indicator.value),
    indicatorKind: indicator.kind,
    rule: cleaner.clean(observable.rule),
    source: cleaner.clean(detection.source),
    count: summary === undefined ? '' : String(summary.count),
    firstTime: summary === undefined ? '' : epochText(summary.firstAtMs),
    lastTime: summary === undefined ? '' : epochText(summary.lastAtMs),
    truncated: cleaner.isCut,
    values,
    valueLimit: options.bodyLimit,
  };
}

/** What a status or an evaluation outcome says. */
interface Notice {
  readonly id: string;
  readonly event: string;
  readonly context: readonly ContextField[];
  readonly atMs: number;
}

/** The data of a status or evaluation message. */
export function noticeData(notice: Notice, options: DataOptions): NoticeData {
  const cleaner = new Cleaner(options.bodyLimit);
  const context = contextItems(notice.context, cleaner, options.bodyLimit, noticeKey);
  const { event, type, severity } = eventFacts(notice.event);
  return {
    event,
    type,
    cat: options.withCat ? type : '',
    devTime: epochText(notice.atMs),
    severity,
    msgId: options.withMessageId ? notice.id : '',
    loopToken: options.loopToken,
    context,
    truncated: cleaner.isCut,
  };
}

interface EventFacts {
  readonly event: string;
  readonly type: string;
  readonly severity: string;
}

const maxKnownEvents = 4096;
const knownEvents = new Map<string, EventFacts>();

/** What is the same in all messages of one event id; there are a few ids for each feed. */
function eventFacts(id: string): EventFacts {
  const known = knownEvents.get(id);
  if (known !== undefined) return known;
  const { type, severity } = describeEvent(id);
  const facts = { event: headerField(id), type, severity: String(severity) };
  if (knownEvents.size >= maxKnownEvents) knownEvents.clear();
  knownEvents.set(id, facts);
  return facts;
}

/** Whole milliseconds with at least 13 digits, which QRadar reads without being told the format. */
function epochText(atMs: number): string {
  const whole = Number.isFinite(atMs) ? Math.max(0, Math.trunc(atMs)) : 0;
  return String(whole).padStart(13, '0');
}

/** The event's own time, when it is an epoch in milliseconds or seconds; else ''. */
function eventTime(text: string | undefined): string {
  if (text === undefined || !/^\d{10}(?:\d{3})?$/.test(text)) return '';
  return text.length === 13 ? text : `${text}000`;
}

/** An address for `src` and `dst`, which QRadar reads into its own fields; '' when it is none. */
function address(text: string | undefined): string {
  return text === undefined || text.length > 64 ? '' : (parseIp(text) ?? '');
}
