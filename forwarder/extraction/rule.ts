import type { DecodedEvent } from '../core/index.js';
import { normaliseHash, normaliseHost, normaliseUrl, parseIp } from '../normalise/index.js';
import { compileJoiner } from './concatenate.js';
import type { Joiner } from './concatenate.js';
import type { Findings } from './findings.js';
import type { RuleKind, RuleOptions } from './options.js';
import { compilePattern } from './patterns.js';
import type { LinearPattern } from './patterns.js';

/** A configured rule, compiled. */
export interface Rule {
  readonly name: string;
  readonly kind: RuleKind;
  readonly keys: readonly string[] | undefined;
  readonly pattern: LinearPattern | undefined;
  readonly join: Joiner;
  readonly isFirstOnly: boolean;
}

/** Throws ServiceError TF_PATTERN. `path` is the rule's place in the configuration. */
export function compileRule(options: RuleOptions, source: string, path: string): Rule {
  const { name, kind = 'CONTEXT', keys, pattern, extract = 'first', concatenate } = options;
  const compiled =
    pattern === undefined
      ? undefined
      : compilePattern(pattern, {
          path: `${path}.pattern`,
          subject: `rule ${name} of source ${source}`,
        });
  return {
    name,
    kind,
    keys,
    pattern: compiled,
    join: compileJoiner(concatenate, compiled?.groupCount ?? 0),
    isFirstOnly: extract === 'first',
  };
}

/** A text a rule took, and where. */
interface Taken {
  readonly text: string;
  readonly field: string;
  readonly offset: number;
}

/** Runs one rule: on the fields it names, or on the event's text. */
export function runRule(rule: Rule, decoded: DecodedEvent, text: string, into: Findings): void {
  if (into.isClosed(rule.name)) return;
  for (const taken of takenBy(rule, decoded, text)) {
    addTaken(rule, taken, into);
    if (rule.isFirstOnly) return;
  }
}

function* takenBy(rule: Rule, decoded: DecodedEvent, text: string): Generator<Taken> {
  if (rule.keys === undefined) {
    yield* takenFrom(rule, text, 'text');
    return;
  }
  if (decoded.kind === 'raw') return;
  for (const key of rule.keys) {
    const value = decoded.fields.get(key);
    if (value !== undefined) yield* takenFrom(rule, value, key);
  }
}

function* takenFrom(rule: Rule, text: string, field: string): Generator<Taken> {
  if (rule.pattern === undefined) {
    const trimmed = text.trim();
    if (trimmed !== '') yield { text: trimmed, field, offset: text.indexOf(trimmed) };
    return;
  }
  for (const { start, groups } of rule.pattern.findAll(text)) {
    const value = rule.join(groups).trim();
    if (value !== '') yield { text: value, field, offset: start };
  }
}

function addTaken({ name, kind }: Rule, { text, field, offset }: Taken, into: Findings): void {
  switch (kind) {
    case 'CONTEXT':
      into.addValue(name, text);
      return;
    case 'URL': {
      const url = normaliseUrl(text);
      if (url === undefined) into.notOfKind(name, text, field, offset);
      else into.addUrl(name, text, url, field, offset);
      return;
    }
    case 'DOMAIN': {
      const host = normaliseHost(text);
      if (host === undefined) into.notOfKind(name, text, field, offset);
      else into.add('domain', name, text, host, field, offset);
      return;
    }
    case 'IP': {
      const address = parseIp(text);
      if (address === undefined) into.notOfKind(name, text, field, offset);
      else into.add('ip', name, text, address, field, offset);
      return;
    }
    case 'MD5':
    case 'SHA1':
    case 'SHA256':
    case 'HASH': {
      const hash = normaliseHash(text);
      if (hash === undefined || (kind !== 'HASH' && hash.kind !== kind.toLowerCase())) {
        into.notOfKind(name, text, field, offset);
      } else into.add(hash.kind, name, text, hash.value, field, offset);
      return;
    }
    default:
      kind satisfies never;
  }
}
