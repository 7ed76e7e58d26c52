import type { BatchScanner, DecodedEvent, Renderer, ThreatIndex } from '../core/index.js';
import type { Config, LoadedConfig } from '../config/index.js';
import { createExtractor } from '../extraction/index.js';
import type { ExplainingExtractor } from '../extraction/index.js';
import { createLoopLayers, loopLayerWords } from '../intake/index.js';
import type { DecodeOptions, OwnLayer } from '../intake/index.js';
import type { CompiledIndex } from '../matching/index.js';
import { createBatchScanner } from '../scanning/index.js';
import type { KernelMemory, ScannerOptions } from '../scanning/index.js';
import { collectorDialectsOf, messageLimit } from './collectors.js';
import { createCollectorRenderer, loadDialects, longestReplyBytes } from './dialects/index.js';
import type { Dialect } from './dialects/index.js';
import { cybertraceListeners } from './listening/cybertrace-listeners.js';
import type { ScanRules } from './scanning/scan-thread.js';
import { compileStorm } from './storm/storm-rules.js';
import type { StormRules } from './storm/storm-rules.js';

/** What decides about events; replaced as a whole when feeds or configuration change. */
export interface Rules {
  readonly extractor: ExplainingExtractor;
  readonly index: ThreatIndex;
  /** Built from the same index; a scanner of another index would drop events it should not. */
  readonly scanner: BatchScanner;
  /** What a thread needs to make the same scanner. */
  readonly scanRules: ScanRules;
  /** Whether an event is an own message that came back, and by what that is known. */
  readonly ownLayerOf: (event: DecodedEvent) => OwnLayer | undefined;
  /** Words of which every own message that comes back holds one. */
  readonly watchWords: readonly string[];
  readonly decode: DecodeOptions;
  readonly perEventDetectionLimit: number;
  /** Detections of feeds with a lower confidence are counted, not sent. */
  readonly minConfidence: number;
  readonly storm: StormRules;
  /** Writes what goes to the collectors, each in its dialect. */
  readonly renderer: Renderer;
  /** The dialects of the collectors by name. */
  readonly collectorDialects: ReadonlyMap<string, Dialect>;
  /** The dialects in which lookups are replied to, by name. */
  readonly dialects: ReadonlyMap<string, Dialect>;
  /** The texts of templates and formats joined, to tell whether a reload changed them. */
  readonly templateTexts: string;
  /** Whether LookupFinished follows every event that was looked up. */
  readonly reportsFinished: boolean;
}

/** Everything of the rules but what depends on the feeds: templates, patterns, guards. */
export type StaticRules = Omit<Rules, 'index' | 'scanner' | 'scanRules'>;

/** What no configuration says. */
export interface Installation {
  /** The token of messages, where `leef.loopToken` is on. */
  readonly loopToken?: string | undefined;
  /** Another one for each run of the service: part of the ids of messages. */
  readonly runId?: string;
}

/**
 * Compiles templates, formats and patterns of a configuration. `run`, `check`, `explain` and reload all come
 * through here, so they agree on what is bad. Throws ServiceError TF_TEMPLATE, TF_PATTERN, or
 * TF_CONFIG for a dialect that there is not.
 */
export async function compileRules(
  loaded: LoadedConfig,
  { loopToken, runId }: Installation = {},
): Promise<StaticRules> {
  const { config } = loaded;
  const token = config.leef.loopToken ? loopToken : undefined;
  if (config.lookup.enrich.length > 0) {
    const [{ checkFields }, { mayLeave }] = await Promise.all([
      import('./lookup/lookup-plans.js'),
      import('../normalise/may-leave.js'),
    ]);
    checkFields(config.lookup.enrich);
    mayLeave(config.lookup.neverAsk, 'lookup.neverAsk');
  }
  const layers = { identifier: config.identifier, token };
  const written = { runId, loopToken: token };
  const names = collectorDialectsOf(config);
  const collectorDialects = await loadDialects(loaded, names, {
    ...written,
    maxMessageBytes: messageLimit(config),
  });
  const dialects = await loadDialects(loaded, replyDialectsOf(config), {
    ...written,
    maxMessageBytes: longestReplyBytes,
  });
  return {
    extractor: createExtractor({
      sources: config.sources,
      urlProperties: config.extraction.urlProperties,
      indicatorProperties: config.extraction.indicatorProperties,
    }),
    ownLayerOf: hasLoopGuard(config) ? createLoopLayers(layers) : () => undefined,
    watchWords: loopLayerWords(layers),
    decode: {
      maxDepth: config.intake.maxDepth,
      keys: config.intake.jsa ? config.intake.jsa.keys : {},
    },
    perEventDetectionLimit: config.matching.perEventDetectionLimit,
    minConfidence: config.matching.minConfidence,
    storm: compileStorm(config),
    reportsFinished: config.evaluation.finishedEvents,
    templateTexts: [...collectorDialects.values(), ...dialects.values()]
      .map(({ text }) => text)
      .join('\0'),
    renderer: createCollectorRenderer(names.flatMap((name) => collectorDialects.get(name) ?? [])),
    collectorDialects,
    dialects,
  };
}

/** What the scanner must know besides the index. */
export function scannerOptions(rules: StaticRules): ScannerOptions {
  return {
    watchWords: rules.watchWords,
    countKeys: [rules.decode.keys?.['eventCnt'] ?? 'eventCnt'],
  };
}

/**
 * Joins the rules with an index; the scanner is made from the same index. It takes the kernel over
 * from the scanner before.
 */
export function withIndex(
  rules: StaticRules,
  compiled: CompiledIndex,
  kernel?: KernelMemory,
): Rules {
  const scanRules = { filter: compiled.filter, options: scannerOptions(rules) };
  return {
    ...rules,
    index: compiled.index,
    scanner: createBatchScanner(scanRules.filter, scanRules.options, kernel),
    scanRules,
  };
}

/** Sessions that are not replied to may bring our own messages back, as JSA may. */
function hasLoopGuard({ intake }: Config): boolean {
  return intake.jsa === false || intake.jsa.loopGuard;
}

function replyDialectsOf(config: Config): readonly string[] {
  return cybertraceListeners(config).map(({ settings }) => settings.dialect);
}
