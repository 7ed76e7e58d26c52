/** What to write instead, by what the pattern holds and what the engine says about it. */
const hints: readonly (readonly [
  applies: (pattern: string, reason: string) => boolean,
  hint: string,
])[] = [
  [
    (pattern) => /\(\?<?[=!]/.test(pattern),
    'look-ahead and look-behind are not possible in linear time: match the surroundings too and take the value by a group',
  ],
  [
    (pattern, reason) =>
      /\\[1-9]|\\k</.test(pattern) ? reason.includes('escape') : pattern.includes('(?P='),
    'back-references are not possible in linear time: use two rules, or concatenate',
  ],
  [
    (pattern, reason) => pattern.includes('(?>') || /repetition operator.*\+/.test(reason),
    'atomic groups and possessive quantifiers are for engines that go back; leave `?>` and the second `+` out',
  ],
  [
    (_, reason) => /missing closing|unexpected \)|missing argument/.test(reason),
    'close every ( and [; write \\( \\) \\[ \\* \\+ \\? for the characters themselves',
  ],
  [
    (_, reason) => /repeat count|too large|too deep/.test(reason),
    'at most 1000 repetitions, those of nested ones multiplied: use * or +, or a smaller number',
  ],
];

const otherwise =
  'use the syntax of RE2: groups, classes, alternatives, * + ? {n,m}, ^ $ \\b \\A \\z (?i) (?s) (?m)';

/** One sentence on what to do about a pattern that the engine refused for `reason`. */
export function hintFor(pattern: string, reason: string): string {
  return hints.find(([applies]) => applies(pattern, reason))?.[1] ?? otherwise;
}
