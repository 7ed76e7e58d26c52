import { RE2JS, RE2JSSyntaxException } from 're2js';

import { ServiceError } from '../core/index.js';

/** Where a configured pattern stands, for the error that refuses it. */
export interface PatternPlace {
  /** Path in the configuration: `sources[0].rules[2].pattern`. */
  readonly path: string;
  /** What it belongs to, in words: `rule RE_URL of source proxy`. */
  readonly subject: string;
  readonly ignoresCase?: boolean;
}

/** One place where a pattern matches. */
export interface PatternMatch {
  readonly start: number;
  readonly end: number;
  /** The whole match, then its groups; a group that took no part is ''. */
  readonly groups: readonly string[];
}

/**
 * A regular expression of the configuration. It runs on an engine that takes time linear in the
 * text, whatever the pattern (RE2), so that no pattern can hang the service.
 */
export interface LinearPattern {
  readonly groupCount: number;
  matches(text: string): boolean;
  /** All matches from left to right, or only the first. Empty matches are passed over. */
  findAll(text: string, limit?: number): readonly PatternMatch[];
}

/** Matches of one pattern in one event at most: a pattern of one letter must not flood memory. */
const maxMatches = 10_000;

/**
 * Compiles a pattern. Throws ServiceError TF_PATTERN with the pattern, the reason and what to write
 * instead when the engine cannot express it.
 */
export function compilePattern(pattern: string, place: PatternPlace): LinearPattern {
  const compiled = compile(pattern, place);
  return {
    groupCount: compiled.groupCount(),
    matches: (text) => compiled.matcher(text).find(),
    findAll(text, limit = maxMatches) {
      const matcher = compiled.matcher(text);
      const found: PatternMatch[] = [];
      while (found.length < limit && matcher.find()) {
        const [start, end] = [matcher.start(), matcher.end()];
        if (start === end) continue;
        const groups = Array.from(
          { length: compiled.groupCount() + 1 },
          (_, group) => matcher.group(group) ?? '',
        );
        found.push({ start, end, groups });
      }
      return found;
    },
  };
}

function compile(pattern: string, place: PatternPlace): RE2JS {
  try {
    return RE2JS.compile(pattern, place.ignoresCase === true ? RE2JS.CASE_INSENSITIVE : 0);
  } catch (error) {
    if (!(error instanceof RE2JSSyntaxException)) throw error;
    throw new ServiceError(
      'TF_PATTERN',
      `the pattern "${pattern}" of ${place.subject} cannot be used: ${error.message}`,
      { where: place.path, hint: hintFor(pattern), cause: error },
    );
  }
}

/** What to write instead of what only backtracking engines have. */
function hintFor(pattern: string): string {
  if (/\(\?<?[=!]/.test(pattern)) {
    return 'look-ahead and look-behind are not possible in linear time: match the surroundings too and take the value by a group';
  }
  if (/\\[1-9]/.test(pattern)) {
    return 'back-references are not possible in linear time: use two rules, or concatenate';
  }
  return 'use the syntax of RE2: groups, classes, alternatives, * + ? {n,m}, ^ $ \\b';
}
