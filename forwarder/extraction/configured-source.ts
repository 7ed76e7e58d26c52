import { ServiceError, type DecodedEvent } from '../core/index.js';
import { compileRule, runRule, type ConfiguredRule } from './configured-rule.js';
import { eventText, payloadOf } from './event-text.js';
import type { Findings } from './findings.js';
import { defaultSourceName, type SourceOptions } from './options.js';
import { compilePattern, type LinearPattern } from './patterns.js';
import { compilePeers } from './peers.js';
import { applyReplaceRules, compileOutput, type ReplaceRule } from './replace.js';

/** A configured source, ready to run. */
export interface ConfiguredSource {
  readonly name: string;
  /** undefined: any peer. */
  readonly isPeer: ((peer: string) => boolean) | undefined;
  readonly pattern: LinearPattern | undefined;
  readonly rules: readonly ConfiguredRule[];
  readonly replace: readonly ReplaceRule[];
  readonly ignore: readonly LinearPattern[];
}

function refuse(message: string, where: string, hint: string): never {
  throw new ServiceError('TF_CONFIG', message, { where, hint });
}

/** Names that CyberTrace keeps for itself, because templates use them (help, page 171632). */
const reservedNames = new Set(
  'SourceId MatchedIndicator RecordContext Category ActionableFields Confidence IndicatorInfo'.split(
    ' ',
  ),
);

/**
 * Compiles a source. Throws ServiceError: TF_PATTERN for a pattern that cannot be used, TF_CONFIG
 * for a source that can never apply or a rule that can never find anything.
 */
export function compileSource(source: SourceOptions, path: string): ConfiguredSource {
  const { name } = source;
  const subject = `source "${name}"`;
  if (name !== defaultSourceName && !source.pattern && !source.peers?.length) {
    refuse(
      `${subject} would never apply`,
      path,
      'give it peers or a pattern, or name it "default" to replace the built-in source',
    );
  }
  source.rules.forEach((rule, index) => {
    const where = `${path}.rules[${index}]`;
    if (reservedNames.has(rule.name)) {
      refuse(`${subject}: the rule name "${rule.name}" is reserved`, where, 'choose another name');
    }
    if (rule.pattern === undefined && !rule.keys?.length) {
      refuse(
        `${subject}, rule "${rule.name}" would never find anything`,
        where,
        'give it a pattern or keys',
      );
    }
  });
  return {
    name,
    isPeer: source.peers?.length ? compilePeers(source.peers, `${path}.peers`) : undefined,
    pattern: source.pattern
      ? compilePattern(source.pattern, { path: `${path}.pattern`, subject })
      : undefined,
    rules: source.rules.map((rule, index) =>
      compileRule(rule, `${path}.rules[${index}]`, `${subject}, rule "${rule.name}"`),
    ),
    replace: (source.replace ?? []).map((rule, index) => {
      const place = { path: `${path}.replace[${index}].pattern`, subject: `${subject}, replace` };
      const pattern = compilePattern(rule.pattern, place);
      return { pattern, output: compileOutput(rule.with, pattern.groupCount) };
    }),
    ignore: (source.ignore ?? []).map((pattern, index) =>
      compilePattern(pattern, { path: `${path}.ignore[${index}]`, subject: `${subject}, ignore` }),
    ),
  };
}

/** The event as the source's rules see it after its replace rules; undefined when it is ignored. */
export function prepare(
  source: ConfiguredSource,
  decoded: DecodedEvent,
): { readonly payload: string; readonly text: string } | undefined {
  const payload = applyReplaceRules(source.replace, payloadOf(decoded));
  const text = eventText(decoded, payload);
  return source.ignore.some((pattern) => pattern.matches(text)) ? undefined : { payload, text };
}

/** Runs all rules of the source, but those closed by an earlier source. */
export function searchConfigured(
  source: ConfiguredSource,
  decoded: DecodedEvent,
  text: string,
  into: Findings,
): void {
  for (const rule of source.rules)
    if (!into.isClosed(rule.name)) runRule(rule, decoded, text, into);
}
