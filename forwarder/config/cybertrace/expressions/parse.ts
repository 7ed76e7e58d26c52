import { readClass } from './character-class.js';
import { Cursor } from './cursor.js';
import { readEscape } from './escapes.js';
import { literal, Refusal } from './node.js';
import type { Part } from './node.js';

const maxDepth = 100;
const maxLength = 16_384;

/** A parsed expression. */
export interface Expression {
  readonly root: Part;
  readonly groupCount: number;
  /** Letter case is ignored somewhere in it. */
  readonly ignoresCase: boolean;
}

/**
 * Reads a Boost expression (its Perl syntax) into parts that have the text of RE2. Throws Refusal
 * where RE2 has nothing like it, or where it is no expression.
 */
export function parseExpression(text: string): Expression {
  if (text.length > maxLength) {
    throw new Refusal(`more than ${maxLength} characters`, 'use several rules');
  }
  return new Parser(text).parse();
}

class Parser {
  readonly #cursor: Cursor;
  #groupCount = 0;
  #ignoresCase = false;
  /** `(?x)`: blanks and comments in the expression mean nothing. */
  #isExtended = false;

  constructor(text: string) {
    this.#cursor = new Cursor(text);
  }

  parse(): Expression {
    const root = this.#choice(0);
    if (!this.#cursor.isAtEnd)
      throw new Refusal('a ) without its (', 'write \\) for the character');
    return { root, groupCount: this.#groupCount, ignoresCase: this.#ignoresCase };
  }

  #choice(depth: number): Part {
    if (depth > maxDepth) throw new Refusal('groups nested too deeply', 'write it in fewer groups');
    const wasExtended = this.#isExtended;
    const branches = [this.#sequence(depth)];
    while (this.#cursor.take('|')) branches.push(this.#sequence(depth));
    this.#isExtended = wasExtended;
    const [only] = branches;
    return only !== undefined && branches.length === 1 ? only : { kind: 'choice', branches };
  }

  #sequence(depth: number): Part {
    const parts: Part[] = [];
    for (;;) {
      if (this.#isExtended) this.#cursor.match(/(?:\s|#[^\n]*)+/y);
      const next = this.#cursor.peek();
      if (next === '' || next === '|' || next === ')') return { kind: 'sequence', parts };
      if (this.#cursor.take('\\Q')) {
        parts.push(...this.#quoted());
        continue;
      }
      const part = this.#atom(depth);
      if (part !== undefined) parts.push(this.#repeated(part));
    }
  }

  /** `\Q…\E`, or to the end. */
  #quoted(): readonly Part[] {
    const text = this.#cursor.match(/([^]*?)(?:\\E|$)/y)?.[1] ?? '';
    const parts = Array.from(text, literal);
    const last = parts.pop();
    // What is repeated is the last character.
    return last === undefined ? parts : [...parts, this.#repeated(last)];
  }

  #repeated(item: Part): Part {
    if (this.#isExtended) this.#cursor.match(/(?:\s|#[^\n]*)+/y);
    const found = this.#cursor.match(/([*+?]|\{(\d{1,9})(,)?(\d{1,9})?\})([?+])?/y);
    if (found === undefined) return item;
    const [, count = '', from, comma, to, more] = found;
    const min = count === '+' ? 1 : Number(from ?? 0);
    const exact = comma === undefined && from !== undefined ? min : Infinity;
    const max = count === '?' ? 1 : to === undefined ? exact : Number(to);
    const mode = more === '?' ? 'lazy' : more === '+' ? 'possessive' : 'greedy';
    return { kind: 'repeat', item, count, min, max, mode };
  }

  #atom(depth: number): Part | undefined {
    const character = this.#cursor.next();
    switch (character) {
      case '\\':
        return readEscape(this.#cursor);
      case '(':
        return this.#group(depth);
      case '[': {
        const edge = this.#cursor.match(/\[:([<>]):\]\]/y)?.[1];
        if (edge !== undefined) return { kind: 'edge', at: edge === '<' ? 'start' : 'end' };
        return { kind: 'character', text: readClass(this.#cursor) };
      }
      case '^':
      case '$':
        return { kind: 'assertion', text: character };
      default:
        return { kind: 'character', text: character };
    }
  }

  #group(depth: number): Part | undefined {
    const cursor = this.#cursor;
    if (cursor.startsWith('*')) throw new Refusal('a verb (*…)', 'write the expression without it');
    if (!cursor.take('?')) return this.#capturing(depth);
    if (cursor.match(/#[^)]*\)/y) !== undefined) return undefined;
    // Only the numbers of groups count, so names are left out.
    if (cursor.match(/P?<[A-Za-z_]\w*>|'[A-Za-z_]\w*'/y) !== undefined)
      return this.#capturing(depth);
    const look = cursor.match(/(<?)([=!])/y);
    if (look !== undefined) {
      const body = this.#body(depth);
      return { kind: 'look', isBehind: look[1] === '<', isNegative: look[2] === '!', body };
    }
    if (cursor.take('>')) return { kind: 'atomic', body: this.#body(depth) };
    return this.#flags(depth);
  }

  #capturing(depth: number): Part {
    this.#groupCount += 1;
    return { kind: 'group', open: '(', isCapturing: true, body: this.#body(depth) };
  }

  #flags(depth: number): Part | undefined {
    const found = this.#cursor.match(/([imsx]*)(?:-([imsx]+))?([:)])/y);
    if (found === undefined) {
      const start = this.#cursor.text.slice(this.#cursor.at, this.#cursor.at + 3);
      throw new Refusal(`(?${start}…)`, 'write the expression without it, or use two rules');
    }
    const [, on = '', off = '', end] = found;
    if (on.includes('i')) this.#ignoresCase = true;
    const wasExtended = this.#isExtended;
    this.#isExtended = (wasExtended || on.includes('x')) && !off.includes('x');
    const rest = `${on.replace('x', '')}${off.replace('x', '') === '' ? '' : `-${off.replace('x', '')}`}`;
    if (end === ')') return rest === '' ? undefined : { kind: 'assertion', text: `(?${rest})` };
    const body = this.#body(depth);
    this.#isExtended = wasExtended;
    return { kind: 'group', open: `(?${rest}:`, isCapturing: false, body };
  }

  #body(depth: number): Part {
    const body = this.#choice(depth + 1);
    if (!this.#cursor.take(')'))
      throw new Refusal('a ( that is not closed', 'close every ( by a )');
    return body;
  }
}
