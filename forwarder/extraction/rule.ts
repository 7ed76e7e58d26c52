import { ServiceError } from '../core/index.js';
import type { DecodedEvent } from '../core/index.js';
import { normaliseHash, normaliseHost, parseIp } from '../normalise/index.js';
import { compileJoiner } from './concatenate.js';
import type { Joiner } from './concatenate.js';
import type { Findings } from './findings.js';
import type { RuleKind, RuleOptions } from './options.js';
import { compilePattern } from './patterns.js';
import type { LinearPattern } from './patterns.js';
import { wholeUrl } from './payload-pairs.js';

/** A configured rule, compiled. */
export interface Rule {
  readonly name: string;
  readonly kind: RuleKind;
  readonly keys: readonly string[] | undefined;
  readonly pattern: LinearPattern | undefined;
  readonly join: Joiner;
  readonly isFirstOnly: boolean;
}

/** Names that mean something else in output formats (CyberTrace help, page 171632). */
const reservedNames: ReadonlySet<string> = new Set(
  [
    'SourceId MatchedIndicator RecordContext Category ActionableFields Confidence IndicatorInfo',
    'EventReceivedDate Retroscan',
  ].flatMap((line) => line.split(' ')),
);

/**
 * Throws ServiceError TF_PATTERN, or TF_CONFIG for a name that no rule may have. `path` is the rule's
 * place in the configuration.
 */
export function compileRule(options: RuleOptions, source: string, path: string): Rule {
  const { name, kind = 'CONTEXT', keys, pattern, extract = 'first', concatenate } = options;
  if (reservedNames.has(name)) {
    throw new ServiceError('TF_CONFIG', `no rule may be called "${name}"`, {
      where: `${path}.name`,
      hint: 'output formats use this name for something else; choose another',
    });
  }
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

/** What a rule runs on: an event after the source's replace rules. */
export interface RuleInput {
  readonly decoded: DecodedEvent;
  /** The payload, or raw text, after the replace rules. */
  readonly payload: string;
  /** What event-text.ts makes of both. */
  readonly text: string;
}

/** Runs one rule: on the fields it names, or on the event's text. */
export function runRule(rule: Rule, input: RuleInput, into: Findings): void {
  if (into.isClosed(rule.name)) return;
  for (const taken of takenBy(rule, input, into)) {
    const isTaken = addTaken(rule, taken, into);
    if (isTaken && rule.isFirstOnly) return;
  }
}

function* takenBy(rule: Rule, input: RuleInput, into: Findings): Generator<Taken> {
  if (rule.keys === undefined) {
    yield* takenFrom(rule, input.text, 'text', into);
    return;
  }
  for (const key of rule.keys) {
    const value = fieldOf(input, key);
    if (value !== undefined) yield* takenFrom(rule, value, key, into);
  }
}

/** A raw text is its own payload and has no other field. */
function fieldOf({ decoded, payload }: RuleInput, key: string): string | undefined {
  if (key === 'payload') return payload;
  return decoded.kind === 'raw' ? undefined : decoded.fields.get(key);
}

/** What a value is that only says that there is none. */
const absent: ReadonlySet<string> = new Set(['', '-']);

function* takenFrom(rule: Rule, text: string, field: string, into: Findings): Generator<Taken> {
  const { name, pattern, join } = rule;
  if (pattern === undefined) {
    const trimmed = text.trim();
    if (!absent.has(trimmed)) yield { text: trimmed, field, offset: text.indexOf(trimmed) };
    return;
  }
  const gaveUp = (at: number): void => {
    into.notSearched(name, text, field, at);
  };
  for (const { start, groups } of pattern.findAll(text, gaveUp)) {
    const value = join(groups).trim();
    // A value joined of several groups stands nowhere as it is: it is shown where the match begins.
    const offset = start + Math.max(0, (groups[0] ?? '').indexOf(value));
    if (!absent.has(value)) yield { text: value, field, offset };
  }
}

/** Adds a text as a value of the rule's kind; false, and noted, when it is none. */
function addTaken({ name, kind }: Rule, { text, field, offset }: Taken, into: Findings): boolean {
  const none = (): false => {
    into.notOfKind(name, text, field, offset);
    return false;
  };
  switch (kind) {
    case 'CONTEXT':
      into.addValue(name, text);
      return true;
    case 'URL': {
      const url = wholeUrl(text);
      if (url === undefined) return none();
      into.addUrl(name, text, url, field, offset);
      return true;
    }
    case 'DOMAIN': {
      const host = normaliseHost(text);
      return host === undefined ? none() : into.add('domain', name, text, host, field, offset);
    }
    case 'IP': {
      const address = parseIp(text);
      return address === undefined ? none() : into.add('ip', name, text, address, field, offset);
    }
    case 'MD5':
    case 'SHA1':
    case 'SHA256':
    case 'HASH': {
      const hash = normaliseHash(text);
      const isOfKind = hash !== undefined && (kind === 'HASH' || hash.kind === kind.toLowerCase());
      return isOfKind ? into.add(hash.kind, name, text, hash.value, field, offset) : none();
    }
    default:
      return kind satisfies never;
  }
}
