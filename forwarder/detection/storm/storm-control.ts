import type { Detection, IndicatorKind, Observable } from '../../core/index.js';
import { categoryOf } from '../build-detections.js';
import { summaryId } from '../message-id.js';
import { TokenBucket } from './token-bucket.js';
import { Windows } from './windows.js';
import type { EndedWindow } from './windows.js';

export interface StormSettings {
  /** `parity`: every detection is sent at once. */
  readonly profile: 'parity' | 'calm';
  readonly windowMs: number;
  readonly maxKeys: number;
  /** 0: no limit. */
  readonly messagesPerSecond: number;
}

/** Why a detection is held back for a summary; `send`: it is not. */
export type StormVerdict = 'send' | 'window' | 'rate' | 'breaker';

export interface Asset {
  readonly kind: 'address' | 'logSource';
  readonly name: string;
}

/** What decides about a detection besides itself. */
export interface StormCase {
  /** The machine that the event is about: its source address, else its log source. */
  readonly asset: Asset;
  /** The circuit breaker holds back everything of the event's log source. */
  readonly isBroken: boolean;
}

/** A moment by two clocks: durations are of the monotonic one, which nobody can set. */
export interface Moment {
  readonly monotonicMs: number;
  /** Milliseconds since 1970. */
  readonly atMs: number;
}

/** Longest asset and text of a window; they are of the event, and so of whoever writes it. */
const maxAssetLength = 255;
const maxTextLength = 1024;
const separator = '\0';

/**
 * Keeps repeated detections from drowning those who read them. The first of an indicator, an asset
 * and a rule is sent at once and opens a window; those that follow within it are held back, and one
 * summary at its end says how many, and when the first and the last of them were detected. What
 * exceeds the limit of messages, and all of a log source that the circuit breaker has tripped for, is
 * held back for a summary too. Nothing is forgotten: detections taken = sent + counts of the
 * summaries + `waiting`. Pure: time is an argument.
 */
export class StormControl {
  readonly #runId: string;
  readonly #onSummary: (summary: Detection) => void;
  readonly #windows: Windows;
  readonly #bucket: TokenBucket;
  #settings: StormSettings;
  #waiting = 0;

  /** `onSummary` takes each summary when its window ends: within take(), tick() and flush(). */
  constructor(settings: StormSettings, runId: string, onSummary: (summary: Detection) => void) {
    this.#settings = settings;
    this.#runId = runId;
    this.#onSummary = onSummary;
    this.#windows = new Windows(settings.maxKeys);
    this.#bucket = new TokenBucket(settings.messagesPerSecond);
  }

  /** Detections held back that no summary has told of yet. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Windows that are open. */
  get openWindows(): number {
    return this.#windows.size;
  }

  /** From now on; open windows stay, and end when they are as old as windows now become. */
  use(settings: StormSettings): void {
    this.#settings = settings;
    this.#windows.use(settings.maxKeys);
    this.#bucket.use(settings.messagesPerSecond);
  }

  /** Decides about a detection; one that is not to be sent is counted for a summary. */
  take(detection: Detection, { asset, isBroken }: StormCase, now: Moment): StormVerdict {
    if (this.#settings.profile === 'parity') return 'send';
    this.tick(now);
    const key = keyOf(detection, asset);
    const open = this.#windows.find(key);
    if (open !== undefined) {
      this.#hold(open, detection);
      return isBroken ? 'breaker' : 'window';
    }
    if (isBroken) {
      this.#hold(this.#begin(key, detection, now), detection);
      this.#makeRoom(now);
      return 'breaker';
    }
    if (this.#bucket.take(now.monotonicMs)) {
      this.#begin(key, detection, now);
      this.#makeRoom(now);
      return 'send';
    }
    const shared = keyOf(detection, undefined);
    this.#hold(this.#windows.find(shared) ?? this.#begin(shared, detection, now), detection);
    this.#makeRoom(now);
    return 'rate';
  }

  /** Ends the windows whose time is over. */
  tick(now: Moment): void {
    const dueMs = now.monotonicMs - this.#settings.windowMs;
    while (this.#windows.oldestBegunAtMs <= dueMs) this.#end(now);
  }

  /** Ends all windows, as the service stops. */
  flush(now: Moment): void {
    while (this.#windows.size > 0) this.#end(now);
  }

  #begin(key: string, { match }: Detection, { monotonicMs }: Moment): number {
    const text = match.observable.text.slice(0, maxTextLength);
    return this.#windows.begin(key, match.feed, text, monotonicMs);
  }

  #hold(window: number, { detectedAtMs }: Detection): void {
    this.#windows.hold(window, detectedAtMs);
    this.#waiting += 1;
  }

  /** The window that ends next is ended early; not the last one, which has just begun. */
  #makeRoom(now: Moment): void {
    while (this.#windows.isOverfull && this.#windows.size > 1) this.#end(now);
  }

  #end(now: Moment): void {
    const window = this.#windows.end();
    if (window.count === 0) return;
    this.#waiting -= window.count;
    this.#bucket.spend(now.monotonicMs);
    this.#onSummary(summaryOf(window, this.#runId, now.atMs));
  }
}

/** Without an asset: the key of all detections of an indicator. */
function keyOf({ match }: Detection, asset: Asset | undefined): string {
  const { feed, indicator, observable } = match;
  const parts = [feed.name, indicator.kind, indicator.value, observable.kind];
  if (asset !== undefined) {
    parts.push(observable.rule, asset.kind, asset.name.slice(0, maxAssetLength));
  }
  const key = parts.map((part) => part.replaceAll(separator, ' ')).join(separator);
  // A cut may leave half of a character, which no copy of the key would have.
  return key.replace(/\p{Surrogate}/gu, '\uFFFD');
}

/**
 * The detection that stands for those of a window: it names what they have in common. The record's
 * context, the user and the like stand in the message of the first one.
 */
function summaryOf(window: EndedWindow, runId: string, nowMs: number): Detection {
  const { feed, text, count, firstAtMs, lastAtMs } = window;
  const [, kind = '', value = '', observed = '', rule = '', assetKind, asset = ''] =
    window.key.split(separator);
  const indicator = { kind: kind as IndicatorKind, value };
  const observable = observableOf(observed as Observable['kind'], rule, text);
  const values = new Map(rule === '' ? [] : [[rule, text]]);
  if (assetKind === 'address') values.set('SRC_IP', asset);
  return {
    id: summaryId(runId, window.number),
    category: categoryOf({ feed, indicator }),
    match: {
      observable,
      indicator,
      feed,
      context: assetKind === 'logSource' && asset !== '' ? [['asset', asset]] : [],
    },
    values,
    source: '',
    detectedAtMs: nowMs,
    eventNumber: 0,
    ordinal: 0,
    summary: { count, firstAtMs, lastAtMs },
  };
}

/** The observable of a summary is there to be shown, not to be looked up. */
function observableOf(kind: Observable['kind'], rule: string, text: string): Observable {
  return kind === 'url'
    ? { kind, rule, text, value: text, host: '', hostText: '' }
    : { kind, rule, text, value: text };
}
