import { RE2JS } from 're2js';

import type { Part } from './node.js';

/** Latin letters and signs one by one; the last places stand for all else. */
const samples: readonly string[] = [
  ...Array.from({ length: 256 }, (_, code) => String.fromCharCode(code)),
  'Ж',
  '中',
  '\u2028',
];

/** Which characters: one place for each sample. */
export type CharacterSet = readonly boolean[];

export const everything: CharacterSet = samples.map(() => true);
export const nothing: CharacterSet = samples.map(() => false);
export const wordCharacters: CharacterSet = samples.map((sample) => /\w/.test(sample));

export function union(a: CharacterSet, b: CharacterSet): CharacterSet {
  return a.map((isIn, at) => isIn || b[at] === true);
}
export function areDisjoint(a: CharacterSet, b: CharacterSet): boolean {
  return !a.some((isIn, at) => isIn && b[at] === true);
}
export function isWithin(a: CharacterSet, b: CharacterSet): boolean {
  return !a.some((isIn, at) => isIn && b[at] !== true);
}
export function complement(set: CharacterSet): CharacterSet {
  return set.map((isIn) => !isIn);
}

/** What a part may begin (or end) with. */
export interface Ends {
  readonly set: CharacterSet;
  /** It may also take nothing. */
  readonly mayBeEmpty: boolean;
}

/**
 * Which end of a part is asked for. `next`: what may come next, where a word's edge may make a search
 * go back, so that everything may.
 */
export type End = 'first' | 'last' | 'next';

/** Sets that were found out, of all expressions: most have the same few characters. */
const known = new Map<string, CharacterSet>();
const mostKnown = 1000;

/** Answers for one expression; every character's set is found out once, by the engine itself. */
export class CharacterSets {
  readonly #ignoresCase: boolean;

  constructor(ignoresCase: boolean) {
    this.#ignoresCase = ignoresCase;
  }

  /** The characters that a part of one character takes. */
  ofCharacter(text: string): CharacterSet {
    const key = `${this.#ignoresCase ? 'i' : '-'}${text}`;
    let set = known.get(key);
    if (set === undefined) {
      if (known.size >= mostKnown) known.clear();
      set = this.#find(text);
      known.set(key, set);
    }
    return set;
  }

  /** What a part begins with, or ends with. Where that is not known: everything, and nothing too. */
  endsOf(part: Part, end: End): Ends {
    switch (part.kind) {
      case 'character':
        return { set: this.ofCharacter(part.text), mayBeEmpty: false };
      case 'assertion':
        if (end === 'next' && /^\\[bB]$/.test(part.text))
          return { set: everything, mayBeEmpty: true };
        return { set: nothing, mayBeEmpty: true };
      case 'edge':
        return { set: end === 'next' ? everything : nothing, mayBeEmpty: true };
      case 'keep':
        return { set: nothing, mayBeEmpty: true };
      case 'opaque':
        return { set: everything, mayBeEmpty: false };
      case 'look':
        return { set: everything, mayBeEmpty: true };
      case 'group':
      case 'atomic':
        return this.endsOf(part.body, end);
      case 'repeat': {
        const { set, mayBeEmpty } = this.endsOf(part.item, end);
        return { set, mayBeEmpty: mayBeEmpty || part.min === 0 };
      }
      case 'choice': {
        const all = part.branches.map((branch) => this.endsOf(branch, end));
        const set = all.reduce((sum, one) => union(sum, one.set), nothing);
        return { set, mayBeEmpty: all.some(({ mayBeEmpty }) => mayBeEmpty) };
      }
      case 'sequence':
        return this.ofParts(end === 'last' ? [...part.parts].reverse() : part.parts, end);
      default:
        return part satisfies never;
    }
  }

  /** What several parts begin with together; those of an end are given backwards. */
  ofParts(parts: readonly Part[], end: End): Ends {
    let set = nothing;
    for (const part of parts) {
      const ends = this.endsOf(part, end);
      set = union(set, ends.set);
      if (!ends.mayBeEmpty) return { set, mayBeEmpty: false };
    }
    return { set, mayBeEmpty: true };
  }

  /** Every character that a part may take anywhere. */
  allOf(part: Part): CharacterSet {
    switch (part.kind) {
      case 'character':
        return this.ofCharacter(part.text);
      case 'assertion':
      case 'edge':
      case 'keep':
        return nothing;
      case 'opaque':
      case 'look':
        return everything;
      case 'group':
      case 'atomic':
        return this.allOf(part.body);
      case 'repeat':
        return this.allOf(part.item);
      case 'choice':
        return part.branches.reduce((sum, one) => union(sum, this.allOf(one)), nothing);
      case 'sequence':
        return part.parts.reduce((sum, one) => union(sum, this.allOf(one)), nothing);
      default:
        return part satisfies never;
    }
  }

  #find(text: string): CharacterSet {
    try {
      const pattern = RE2JS.compile(
        `^(?s:${text})$`,
        this.#ignoresCase ? RE2JS.CASE_INSENSITIVE : 0,
      );
      return samples.map((sample) => pattern.matches(sample));
    } catch {
      // No good character: the whole expression is refused later, with the engine's reason.
      return everything;
    }
  }
}
