/**
 * A STIX pattern as a tree: OASIS STIX 2.1, section 9 (and STIX 2.0, part 5, which differs in the
 * spelling of START and STOP only).
 */
export type Pattern =
  | { readonly kind: 'observation'; readonly test: Comparison }
  | { readonly kind: 'and' | 'or' | 'followed-by'; readonly parts: readonly Pattern[] }
  | { readonly kind: 'qualified'; readonly pattern: Pattern; readonly qualifier: Qualifier };

/** What stands after an observation: numbers and times as they are written. */
export type Qualifier =
  | { readonly kind: 'within'; readonly seconds: string }
  | { readonly kind: 'repeats'; readonly times: string }
  | { readonly kind: 'between'; readonly start: string; readonly stop: string };

/** What stands between the brackets of one observation. */
export type Comparison =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Comparison[] }
  | { readonly kind: 'exists'; readonly path: ObjectPath }
  | ComparisonTest;

export interface ComparisonTest {
  readonly kind: 'test';
  readonly path: ObjectPath;
  readonly isNegated: boolean;
  readonly operator: Operator;
  /** One, but for IN. */
  readonly values: readonly Literal[];
}

/** `file:hashes.'SHA-256'` → type `file`, steps `hashes`, `SHA-256`. */
export interface ObjectPath {
  readonly type: string;
  /** Names of properties; a place in a list stands as `[0]` or `[*]`. */
  readonly steps: readonly PathStep[];
}

export type PathStep =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'index'; readonly index: string };

export const operators = [
  '=',
  '!=',
  '<',
  '<=',
  '>',
  '>=',
  'IN',
  'LIKE',
  'MATCHES',
  'ISSUBSET',
  'ISSUPERSET',
] as const;
export type Operator = (typeof operators)[number];

/** A value: text is without quotes and escapes, the others are as they are written. */
export interface Literal {
  readonly kind: 'text' | 'number' | 'boolean' | 'binary' | 'hex' | 'time';
  readonly text: string;
}

/** What a pattern may be; longer and deeper ones are refused, so that none takes long. */
export const patternLimits = { maxLength: 262_144, maxDepth: 64 } as const;
