import { RE2JS } from 're2js';
import { messageOf, ServiceError } from '../core/index.js';

/** One match: what stands between `start` and `end`, and the text of each group ('' when unused). */
export interface PatternMatch {
  readonly start: number;
  readonly end: number;
  /** The whole match first, then the groups. */
  readonly groups: readonly string[];
}

/**
 * Searching for all matches can cost the rest of the text once for each match (`x*y|x`), so the
 * product of the two is bounded: a text of 1 MiB is given 128 matches, one of 32 KiB 4,096.
 */
const matchBudget = 128 * 1024 * 1024;

/** A configured regular expression, run by an engine that is linear whatever the pattern. */
export class LinearPattern {
  readonly groupCount: number;
  readonly #compiled: RE2JS;

  constructor(compiled: RE2JS) {
    this.#compiled = compiled;
    this.groupCount = compiled.groupCount();
  }

  /** Whether it matches anywhere in the text. */
  matches(text: string): boolean {
    return this.#compiled.test(text);
  }

  /** The matches in the order of the text; the caller may stop taking them at any time. */
  *matchesIn(text: string): Generator<PatternMatch> {
    const matcher = this.#compiled.matcher(text);
    let left = Math.max(1, Math.floor(matchBudget / Math.max(1, text.length)));
    while (left-- > 0 && matcher.find()) {
      const groups: string[] = [];
      for (let group = 0; group <= this.groupCount; group++)
        groups.push(matcher.group(group) ?? '');
      yield { start: matcher.start(), end: matcher.end(), groups };
    }
  }
}

/** Where a pattern stands in the configuration, for the error that refuses it. */
export interface PatternPlace {
  /** e.g. `sources[0].rules[2].pattern`. */
  readonly path: string;
  /** e.g. `source "proxy", rule "RE_URL"`. */
  readonly subject: string;
  readonly ignoresCase?: boolean;
}

/** What the engine leaves out on purpose, how to recognise it, and what to write instead. */
const refusals: readonly (readonly [sign: RegExp, reason: string, hint: string])[] = [
  [
    /\(\?=|\(\?!/,
    'look-ahead cannot be matched in linear time',
    'match the following text too and capture only the wanted part in a group, e.g. url=(.*?)(?:$|\\s)',
  ],
  [
    /\(\?<[=!]/,
    'look-behind cannot be matched in linear time',
    'match the preceding text too and capture only the wanted part in a group, e.g. url=(\\S+)',
  ],
  [
    /\\[1-9]|\\k[<{']|\(\?P=/,
    'back-references cannot be matched in linear time',
    'write out the alternatives, e.g. (?:"[^"]*"|\'[^\']*\') for a quoted text',
  ],
  [/\(\?>/, 'atomic groups are not needed: nothing backtracks', 'write (?:…) instead'],
  [/[*+?}]\+/, 'possessive repeats are not needed: nothing backtracks', 'leave out the second +'],
  [/\\Z/, '\\Z is not known', 'write \\n?\\z, or $'],
  [/\\h/, '\\h is not known', 'write [ \\t]'],
  [/\\u[0-9a-fA-F]{4}/, '\\uXXXX is not known', 'write \\x{XXXX}'],
  [/\{\d{4,}|\{\d*,\d{4,}/, 'a repeat count may be 1000 at most', 'use * or + instead'],
  [
    /\(\?\(|\(\?[R0-9&|#]/,
    'conditions, recursion, branch reset and comments are not known',
    'write two rules, or alternatives with |',
  ],
];

/**
 * Compiles a regular expression (RE2 syntax). Throws ServiceError TF_PATTERN that says where it
 * stands, why it cannot be used and what to write instead.
 */
export function compilePattern(pattern: string, place: PatternPlace): LinearPattern {
  try {
    return new LinearPattern(
      RE2JS.compile(pattern, place.ignoresCase ? RE2JS.CASE_INSENSITIVE : 0),
    );
  } catch (error) {
    const refusal = refusals.find(([sign]) => sign.test(pattern));
    const reason = refusal?.[1] ?? messageOf(error).replace(/^error parsing regexp: /, '');
    throw new ServiceError(
      'TF_PATTERN',
      `${place.subject}: the pattern ${JSON.stringify(pattern)} cannot be used: ${reason}`,
      {
        where: place.path,
        hint:
          refusal?.[2] ?? 'the syntax is that of RE2: https://github.com/google/re2/wiki/Syntax',
        cause: error,
      },
    );
  }
}
