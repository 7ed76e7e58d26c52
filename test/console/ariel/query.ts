/** A value in AQL, before it is computed. */
export type Expression =
  | { readonly kind: 'literal'; readonly value: string | number }
  | { readonly kind: 'column'; readonly name: string }
  /** In double quotes: a custom property, or in ORDER BY and GROUP BY an alias. */
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'star' }
  | { readonly kind: 'call'; readonly name: string; readonly values: readonly Expression[] }
  | {
      readonly kind: 'arithmetic';
      readonly sign: '+' | '-' | '*' | '/';
      readonly left: Expression;
      readonly right: Expression;
    };

export type Comparison = '=' | '!=' | '<' | '<=' | '>' | '>=';

export type Condition =
  | {
      readonly kind: 'and' | 'or';
      readonly left: Condition;
      readonly right: Condition;
    }
  | { readonly kind: 'not'; readonly inner: Condition }
  | {
      readonly kind: 'compare';
      readonly sign: Comparison;
      readonly left: Expression;
      readonly right: Expression;
    }
  | {
      readonly kind: 'like';
      readonly left: Expression;
      readonly pattern: string;
      readonly isCaseBlind: boolean;
    }
  | { readonly kind: 'in'; readonly left: Expression; readonly values: readonly Expression[] }
  | { readonly kind: 'null'; readonly left: Expression };

export interface Selected {
  readonly expression: Expression;
  /** Under which it comes back. */
  readonly name: string;
}

/** Which events are looked at, by when they were received. */
export type Window =
  | { readonly kind: 'last'; readonly ms: number }
  | { readonly kind: 'between'; readonly fromMs: number; readonly toMs: number | undefined };

export interface Query {
  readonly select: readonly Selected[];
  readonly where: Condition | undefined;
  readonly groupBy: readonly Expression[];
  readonly orderBy: readonly { readonly expression: Expression; readonly isDescending: boolean }[];
  readonly limit: number | undefined;
  readonly window: Window;
}
