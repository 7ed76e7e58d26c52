/** A part of an expression, with the text it has for RE2. */
export type Part =
  | { readonly kind: 'character'; readonly text: string }
  /** Takes no character: `^`, `\b`, flags `(?i)`. */
  | { readonly kind: 'assertion'; readonly text: string }
  /** Takes characters that nothing more is known of: `\R`. */
  | { readonly kind: 'opaque'; readonly text: string }
  /** `\<` and `\>`: the edges of a word, or the characters themselves. */
  | { readonly kind: 'edge'; readonly at: 'start' | 'end' }
  /** `\K`: what stands before it is no part of the match. */
  | { readonly kind: 'keep' }
  | { readonly kind: 'sequence'; readonly parts: readonly Part[] }
  | { readonly kind: 'choice'; readonly branches: readonly Part[] }
  | {
      readonly kind: 'group';
      /** `(`, `(?:` or `(?i:`. */
      readonly open: string;
      readonly isCapturing: boolean;
      readonly body: Part;
    }
  | {
      readonly kind: 'look';
      readonly isBehind: boolean;
      readonly isNegative: boolean;
      readonly body: Part;
    }
  | { readonly kind: 'atomic'; readonly body: Part }
  | {
      readonly kind: 'repeat';
      readonly item: Part;
      /** `*`, `+`, `?`, `{2,3}`, without what makes it lazy or possessive. */
      readonly count: string;
      readonly min: number;
      readonly max: number;
      readonly mode: 'greedy' | 'lazy' | 'possessive';
    };

/** A character as a literal of an expression. */
export function literal(character: string): Part {
  return { kind: 'character', text: quoted(character) };
}

/** Text of which every character stands for itself. */
export function quoted(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

/** An expression, or a part of it, that has no equal here. */
export class Refusal extends Error {
  readonly hint: string;

  constructor(reason: string, hint: string) {
    super(reason);
    this.hint = hint;
  }
}
