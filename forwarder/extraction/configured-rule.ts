import type { DecodedEvent } from '../core/index.js';
import { normaliseHash, normaliseHost, parseIp } from '../normalise/index.js';
import { compileConcatenation } from './concatenate.js';
import type { Findings } from './findings.js';
import type { RuleKind, RuleOptions } from './options.js';
import { compilePattern, type LinearPattern } from './patterns.js';
import { wholeUrl } from './payload-pairs.js';

/** A configured rule, ready to run. */
export interface ConfiguredRule {
  readonly name: string;
  readonly kind: RuleKind;
  readonly keys: readonly string[] | undefined;
  readonly pattern: LinearPattern | undefined;
  readonly takesAll: boolean;
  readonly join: (groups: readonly string[]) => string;
}

/** Throws ServiceError TF_PATTERN when the pattern cannot be used. */
export function compileRule(rule: RuleOptions, path: string, subject: string): ConfiguredRule {
  const pattern =
    rule.pattern === undefined
      ? undefined
      : compilePattern(rule.pattern, { path: `${path}.pattern`, subject });
  return {
    name: rule.name,
    kind: rule.kind ?? 'CONTEXT',
    keys: rule.keys,
    pattern,
    takesAll: rule.extract === 'all',
    join: compileConcatenation(rule.concatenate, pattern?.groupCount ?? 0),
  };
}

/** Takes one text as a value of the rule's kind; false when it is none. */
function take(
  rule: ConfiguredRule,
  text: string,
  field: string,
  at: number,
  into: Findings,
): boolean {
  const { name, kind } = rule;
  switch (kind) {
    case 'CONTEXT':
      if (text !== '') into.addValue(name, text);
      return text !== '';
    case 'URL': {
      const url = wholeUrl(text);
      if (url !== undefined) into.addUrl(name, text, url, field, at);
      return url !== undefined;
    }
    case 'DOMAIN': {
      const host = normaliseHost(text);
      if (host !== undefined) into.add('domain', name, text, host, field, at);
      return host !== undefined;
    }
    case 'IP': {
      const ip = parseIp(text);
      if (ip !== undefined) into.add('ip', name, text, ip, field, at);
      return ip !== undefined && into.values.has(name);
    }
    case 'MD5':
    case 'SHA1':
    case 'SHA256':
    case 'HASH': {
      const hash = normaliseHash(text);
      if (hash === undefined || (kind !== 'HASH' && hash.kind !== kind.toLowerCase())) return false;
      into.add(hash.kind, name, text, hash.value, field, at);
      return true;
    }
    default:
      return kind satisfies never;
  }
}

/** Runs the rule on one text; true when the rule needs to look no further. */
function runOn(rule: ConfiguredRule, text: string, field: string, into: Findings): boolean {
  if (rule.pattern === undefined) {
    const value = text.trim();
    const isTaken = take(rule, value, field, 0, into);
    if (!isTaken && value !== '') into.notOfKind(rule.name, value, field, 0);
    return isTaken && !rule.takesAll;
  }
  for (const match of rule.pattern.matchesIn(text)) {
    const value = rule.join(match.groups).trim();
    if (value === '') continue;
    if (take(rule, value, field, match.start, into)) {
      if (!rule.takesAll) return true;
    } else into.notOfKind(rule.name, value, field, match.start);
  }
  return false;
}

/** Runs one rule on an event. `text` is the event text (eventText). Never throws. */
export function runRule(
  rule: ConfiguredRule,
  decoded: DecodedEvent,
  text: string,
  into: Findings,
): void {
  if (rule.keys === undefined) {
    runOn(rule, text, 'event text', into);
    return;
  }
  if (decoded.kind === 'raw') return;
  for (const key of rule.keys) {
    const value = decoded.fields.get(key);
    if (value !== undefined && runOn(rule, value, key, into)) return;
  }
}
