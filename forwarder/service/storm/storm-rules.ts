import { ServiceError } from '../../core/index.js';
import type { DecodedEvent } from '../../core/index.js';
import type { Config } from '../../config/index.js';
import type { BreakerSettings, StormSettings } from '../../detection/index.js';
import { compilePattern, defaultSourceName, eventText, payloadOf } from '../../extraction/index.js';
import type { LinearPattern } from '../../extraction/index.js';
import { verificationTool } from '../../intake/index.js';

/** What is done about floods of detections, as configured. */
export interface StormRules {
  readonly settings: StormSettings;
  readonly breaker: BreakerSettings;
  /** The name of the rule by which detections of an event are only counted, if there is one. */
  readonly countOnlyRule: (
    event: DecodedEvent,
    source: string,
    logSource: string,
  ) => string | undefined;
}

interface CountOnly {
  readonly name: string;
  readonly source: string | undefined;
  readonly pattern: LinearPattern | undefined;
}

/** Throws ServiceError TF_PATTERN, and TF_CONFIG for a rule that names no source there is. */
export function compileStorm({ profile, storm, sources }: Config): StormRules {
  const { windowSeconds, maxKeys, messagesPerSecond, breaker } = storm;
  const names = new Set([defaultSourceName, ...sources.map(({ name }) => name)]);
  const rules = storm.countOnly.map(({ name, source, pattern }, index): CountOnly => {
    const path = `storm.countOnly[${index}]`;
    if (source !== undefined && !names.has(source)) {
      throw new ServiceError('TF_CONFIG', `there is no source "${source}"`, {
        where: `${path}.source`,
        hint: `name one of sources[].name, or ${defaultSourceName}`,
      });
    }
    const place = { path: `${path}.pattern`, subject: `countOnly ${name}` };
    return {
      name,
      source,
      pattern: pattern === undefined ? undefined : compilePattern(pattern, place),
    };
  });
  return {
    settings: { profile, windowMs: windowSeconds * 1000, maxKeys, messagesPerSecond },
    breaker: {
      percent: breaker.percent,
      minDetections: breaker.minDetections,
      withinMs: breaker.withinSeconds * 1000,
      forMs: breaker.forSeconds * 1000,
    },
    countOnlyRule: (event, source, logSource) =>
      rules.length === 0 || isExempt(logSource) ? undefined : firstMatching(rules, event, source),
  };
}

/** A verification run asks whether every message comes, each time it is run. */
export function isExempt(logSource: string): boolean {
  return logSource.toLowerCase() === verificationTool.toLowerCase();
}

function firstMatching(
  rules: readonly CountOnly[],
  event: DecodedEvent,
  source: string,
): string | undefined {
  const text = eventText(event, payloadOf(event));
  return rules.find(
    (rule) =>
      (rule.source === undefined || rule.source === source) &&
      (rule.pattern === undefined || rule.pattern.matches(text)),
  )?.name;
}
