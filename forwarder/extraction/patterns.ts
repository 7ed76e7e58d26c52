import { MatcherInput, RE2JS, RE2JSException } from 're2js';

import { ServiceError } from '../core/index.js';
import { CountedText, readsUsedUp } from './counted-text.js';
import { hintFor } from './pattern-hints.js';

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
  /**
   * All matches from left to right, empty ones too, each searched for when it is asked for. All searches together read each character of the text a bounded number of times; when that
   * is used up, `gaveUp` is told from where on nothing was searched. The first match is always found.
   */
  findAll(text: string, gaveUp?: (at: number) => void): Iterable<PatternMatch>;
}

/**
 * Reads that all searches after the first may take, for each character of the text. Sound patterns
 * take fewer than five; see CountedText for those that take thousands.
 */
const readsPerCharacter = 64;
const readsAtLeast = 65_536;

/**
 * Compiles a pattern. Throws ServiceError TF_PATTERN with the pattern, the reason and what to write
 * instead when the engine cannot express it.
 */
export function compilePattern(pattern: string, place: PatternPlace): LinearPattern {
  const compiled = compile(pattern, place);
  return {
    groupCount: compiled.groupCount(),
    matches: (text) => compiled.matcher(text).find(),
    findAll: (text, gaveUp) => findAll(compiled, text, gaveUp),
  };
}

function* findAll(
  compiled: RE2JS,
  text: string,
  gaveUp: ((at: number) => void) | undefined,
): Generator<PatternMatch> {
  const counted = new CountedText(text);
  const matcher = compiled.matcher(MatcherInput.utf16(counted));
  const groupCount = compiled.groupCount();
  let searchedTo = 0;
  const next = (): PatternMatch | undefined => {
    try {
      if (!matcher.find()) return undefined;
      const groups = Array.from({ length: groupCount + 1 }, (_, at) => matcher.group(at) ?? '');
      searchedTo = matcher.end();
      return { start: matcher.start(), end: searchedTo, groups };
    } catch (error) {
      if (error !== readsUsedUp) throw error;
      gaveUp?.(searchedTo);
      return undefined;
    }
  };
  let match = next();
  counted.allowReads(text.length * readsPerCharacter + readsAtLeast);
  for (; match !== undefined; match = next()) yield match;
}

function compile(pattern: string, place: PatternPlace): RE2JS {
  try {
    return RE2JS.compile(pattern, place.ignoresCase === true ? RE2JS.CASE_INSENSITIVE : 0);
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    throw new ServiceError(
      'TF_PATTERN',
      `the pattern "${pattern}" of ${place.subject} cannot be used: ${error.message}`,
      { where: place.path, hint: hintFor(pattern, error.message), cause: error },
    );
  }
}
