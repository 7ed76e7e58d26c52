import { areDisjoint, isWithin, union, wordCharacters } from './character-sets.js';
import type { CharacterSets, Ends } from './character-sets.js';
import { Refusal } from './node.js';
import type { Part } from './node.js';

type Repeat = Extract<Part, { kind: 'repeat' }>;
type Sequence = Extract<Part, { kind: 'sequence' }>;

const noWayBack =
  'leave the second + (or the ?>) out if the rest of the expression cannot match earlier';

/**
 * Writes parts as an expression of RE2, which never goes back. Where Boost was told not to go back
 * (`a++`, `(?>…)`), that is left out if going back could not have changed anything, else it is refused.
 */
export class Printer {
  readonly #sets: CharacterSets;
  readonly #areEdgesWords: boolean;

  /** `areEdgesWords`: `\<` and `\>` are the edges of a word, not characters. */
  constructor(sets: CharacterSets, areEdgesWords: boolean) {
    this.#sets = sets;
    this.#areEdgesWords = areEdgesWords;
  }

  /** Throws Refusal. `next` is what may come behind the part; empty: the expression may end there. */
  print(part: Part, next: Ends): string {
    switch (part.kind) {
      case 'character':
      case 'assertion':
      case 'opaque':
        return part.text;
      case 'edge':
        return this.#areEdgesWords ? '\\b' : part.at === 'start' ? '<' : '>';
      case 'sequence':
        return part.parts.map((one, at) => this.print(one, this.#nextOf(part, at, next))).join('');
      case 'choice':
        return part.branches.map((branch) => this.print(branch, next)).join('|');
      case 'group':
        return `${part.open}${this.print(part.body, next)})`;
      case 'repeat':
        return this.#repeat(part, next);
      case 'atomic':
        if (!this.#hasOneWay(part.body, next) && !isAtEnd(next)) {
          throw new Refusal('the atomic group (?>…)', noWayBack);
        }
        return `(?:${this.print(part.body, next)})`;
      case 'look':
        throw new Refusal(
          part.isBehind ? 'look-behind in the middle' : 'look-ahead in the middle',
          'match the surroundings too, and take the value by a group',
        );
      case 'keep':
        throw new Refusal('\\K', 'take the value by a group instead');
      default:
        return part satisfies never;
    }
  }

  #repeat(part: Repeat, next: Ends): string {
    if (part.mode === 'possessive' && !this.#hasOneWay(part, next) && !isAtEnd(next)) {
      throw new Refusal(`the possessive ${part.count}+`, noWayBack);
    }
    const item = this.print(part.item, this.#nextOfItem(part, next));
    return `${item}${part.count}${part.mode === 'lazy' ? '?' : ''}`;
  }

  /** Whether a part matches in one way only, whatever comes behind: then there is nothing to go back to. */
  #hasOneWay(part: Part, next: Ends): boolean {
    switch (part.kind) {
      case 'character':
      case 'assertion':
      case 'edge':
        return true;
      case 'opaque':
      case 'keep':
      case 'look':
        return false;
      case 'sequence':
        return part.parts.every((one, at) => this.#hasOneWay(one, this.#nextOf(part, at, next)));
      case 'choice':
        return (
          this.#areApart(part.branches) && part.branches.every((one) => this.#hasOneWay(one, next))
        );
      case 'group':
      case 'atomic':
        return this.#hasOneWay(part.body, next);
      case 'repeat':
        if (part.item.kind !== 'character') return false;
        // A lazy one takes more only when it may go on from where it stopped.
        if (part.mode === 'lazy') return part.min === part.max;
        return (
          part.min === part.max || areDisjoint(this.#sets.ofCharacter(part.item.text), next.set)
        );
      default:
        return part satisfies never;
    }
  }

  #areApart(branches: readonly Part[]): boolean {
    const firsts = branches.map((branch) => this.#sets.endsOf(branch, 'next'));
    return firsts.every(
      (one, at) =>
        !one.mayBeEmpty && firsts.slice(at + 1).every((other) => areDisjoint(one.set, other.set)),
    );
  }

  #nextOf({ parts }: Sequence, at: number, next: Ends): Ends {
    const rest = this.#sets.ofParts(parts.slice(at + 1), 'next');
    return rest.mayBeEmpty ? { set: union(rest.set, next.set), mayBeEmpty: next.mayBeEmpty } : rest;
  }

  /** Behind what is repeated it may come once more. */
  #nextOfItem({ item, max }: Repeat, next: Ends): Ends {
    if (max <= 1) return next;
    return { set: union(this.#sets.endsOf(item, 'next').set, next.set), mayBeEmpty: false };
  }
}

/** Nothing comes behind: nothing there can fail. */
function isAtEnd({ set, mayBeEmpty }: Ends): boolean {
  return mayBeEmpty && !set.includes(true);
}

/**
 * Whether every `\<` stands before a character of a word and every `\>` behind one: only there `\b`
 * means the same. Elsewhere the characters `<` and `>` must be meant, or the expression never matches.
 */
export function canBeWordEdges(part: Part, sets: CharacterSets): boolean {
  switch (part.kind) {
    case 'sequence':
      return part.parts.every((one, at) =>
        one.kind === 'edge'
          ? isBesideWord(one.at, part.parts, at, sets)
          : canBeWordEdges(one, sets),
      );
    case 'choice':
      return part.branches.every((branch) => canBeWordEdges(branch, sets));
    case 'group':
    case 'atomic':
    case 'look':
      return canBeWordEdges(part.body, sets);
    case 'repeat':
      return part.item.kind !== 'edge' && canBeWordEdges(part.item, sets);
    default:
      return true;
  }
}

function isBesideWord(
  at: 'start' | 'end',
  parts: readonly Part[],
  index: number,
  sets: CharacterSets,
): boolean {
  const beside =
    at === 'start'
      ? sets.ofParts(parts.slice(index + 1), 'first')
      : sets.ofParts(parts.slice(0, index).reverse(), 'last');
  if (beside.mayBeEmpty || !isWithin(beside.set, wordCharacters)) return false;
  // Of a syslog line <134> is meant (CyberTrace help, page 198870).
  const before = parts[index - 1];
  const isNumber = isWithin(beside.set, sets.ofCharacter('\\d'));
  return at === 'end' || !(before === undefined ? isNumber : isStart(before));
}

function isStart(part: Part): boolean {
  return part.kind === 'assertion' && (part.text === '^' || part.text === '\\A');
}

/** Whether an expression has `\<` or `\>` at all. */
export function hasEdges(part: Part): boolean {
  switch (part.kind) {
    case 'edge':
      return true;
    case 'sequence':
      return part.parts.some(hasEdges);
    case 'choice':
      return part.branches.some(hasEdges);
    case 'group':
    case 'atomic':
    case 'look':
      return hasEdges(part.body);
    case 'repeat':
      return hasEdges(part.item);
    default:
      return false;
  }
}
