import {
  areDisjoint,
  isWithin,
  wordCharacters,
  type CharacterSet,
  type CharacterSets,
} from './character-sets.js';
import type { Part } from './node.js';

/** What the matches of an expression are for; what may be done to it depends on that. */
export interface ExpressionUse {
  /** `test`: whether it matches; `first`, `all`: to take values; `replace`: what matches is replaced. */
  readonly purpose: 'test' | 'first' | 'all' | 'replace';
  /** The groups are put together by a rule, so that their numbers count. */
  readonly hasConcatenate: boolean;
}

export type Look = Extract<Part, { kind: 'look' }>;

/** The top of an expression: `(?<=…)` before it, `(?=…)` behind it. */
export interface Framed {
  readonly behind: Look | undefined;
  readonly core: readonly Part[];
  readonly ahead: Look | undefined;
}

/** One way to write an expression without its look-around. */
export interface Unframed {
  readonly before: Part | undefined;
  readonly after: Part | undefined;
  /** What is looked at is matched too: then the value must come from a group. */
  readonly takesMore: boolean;
  /** Undefined: the same is found in every text. */
  readonly change: string | undefined;
}

interface Side {
  readonly part: Part | undefined;
  readonly isTaken: boolean;
  readonly change: string | undefined;
}

const absent: Side = { part: undefined, isTaken: false, change: undefined };

/** The ways there are, those that change nothing first; none: it cannot be written. */
export function unframe(
  framed: Framed,
  use: ExpressionUse,
  sets: CharacterSets,
): readonly Unframed[] {
  const befores = framed.behind === undefined ? [absent] : sides(framed.behind, framed.core, sets);
  const afters = framed.ahead === undefined ? [absent] : sides(framed.ahead, framed.core, sets);
  const ways = befores.flatMap((before) =>
    afters.flatMap((after) => combine(before, after, framed.core, use, sets)),
  );
  return [...ways.filter((way) => way.change === undefined), ...ways.filter((way) => way.change)];
}

function combine(
  before: Side,
  after: Side,
  core: readonly Part[],
  use: ExpressionUse,
  sets: CharacterSets,
): readonly Unframed[] {
  const takesMore = before.isTaken || after.isTaken;
  if (takesMore && use.purpose === 'replace') return [];
  const changes = [before.change, after.change];
  if (use.purpose !== 'test' && !isApart(before, after, core, sets)) {
    if (use.purpose === 'all' && ![before, after].every(isLong)) return [];
    changes.push(
      'what it looked at is matched too, so that a value right beside another may be missed',
    );
  }
  const change = changes.filter((one) => one !== undefined).join('; ');
  return [
    {
      before: before.part,
      after: after.part,
      takesMore,
      change: change === '' ? undefined : change,
    },
  ];
}

/** Of what is two characters and more, and has an end, neighbours rarely share one. */
function isLong({ part, isTaken }: Side): boolean {
  return !isTaken || part === undefined || (shortest(part) >= 2 && isBounded(part));
}

function shortest(part: Part): number {
  switch (part.kind) {
    case 'character':
    case 'opaque':
      return 1;
    case 'assertion':
    case 'edge':
    case 'keep':
    case 'look':
      return 0;
    case 'sequence':
      return part.parts.reduce((sum, one) => sum + shortest(one), 0);
    case 'choice':
      return Math.min(...part.branches.map(shortest));
    case 'group':
    case 'atomic':
      return shortest(part.body);
    case 'repeat':
      return part.min * shortest(part.item);
    default:
      return part satisfies never;
  }
}

function isBounded(part: Part): boolean {
  switch (part.kind) {
    case 'sequence':
      return part.parts.every(isBounded);
    case 'choice':
      return part.branches.every(isBounded);
    case 'group':
    case 'atomic':
    case 'look':
      return isBounded(part.body);
    case 'repeat':
      return part.max !== Infinity && isBounded(part.item);
    default:
      return true;
  }
}

/** Whether what is taken beside one match can be no part of the next: then the same values are found. */
function isApart(before: Side, after: Side, core: readonly Part[], sets: CharacterSets): boolean {
  const behind = before.isTaken && before.part !== undefined ? [before.part] : [];
  const ahead = after.isTaken && after.part !== undefined ? [after.part] : [];
  const allOf = (parts: readonly Part[]): CharacterSet => sets.allOf({ kind: 'sequence', parts });
  const first = sets.ofParts([...behind, ...core], 'first');
  const last = sets.ofParts([...core, ...ahead].reverse(), 'last');
  return (
    (ahead.length === 0 || (!first.mayBeEmpty && areDisjoint(allOf(ahead), first.set))) &&
    (behind.length === 0 || (!last.mayBeEmpty && areDisjoint(allOf(behind), last.set)))
  );
}

/** What may stand for one look: what it looks at, or the edge of a word. */
function sides(look: Look, core: readonly Part[], sets: CharacterSets): readonly Side[] {
  if (!look.isNegative) {
    const part: Part = { kind: 'group', open: '(?:', isCapturing: false, body: look.body };
    return [{ part, isTaken: true, change: undefined }];
  }
  const refused = onlyCharacter(look.body);
  if (refused === undefined) return [];
  const other: Part = {
    kind: 'group',
    open: '(?:',
    isCapturing: false,
    body: {
      kind: 'choice',
      branches: [
        { kind: 'assertion', text: look.isBehind ? '^' : '$' },
        { kind: 'character', text: opposite(refused) },
      ],
    },
  };
  const set = sets.ofCharacter(refused);
  const beside = look.isBehind
    ? sets.ofParts(core, 'first')
    : sets.ofParts([...core].reverse(), 'last');
  const taken: Side = { part: other, isTaken: true, change: undefined };
  const isEdge = !beside.mayBeEmpty && isWithin(beside.set, wordCharacters);
  if (!isEdge || !isWithin(set, wordCharacters)) return [taken];
  const isWord = isWithin(wordCharacters, set);
  const sign = look.isBehind ? '(?<!…)' : '(?!…)';
  const change = `${sign} became \\b: a letter, digit or _ right beside the value keeps it from being found`;
  const part: Part = { kind: 'assertion', text: '\\b' };
  return [taken, { part, isTaken: false, change: isWord ? undefined : change }];
}

/** The only character of a part that is one: `x`, `(?:x)`. */
function onlyCharacter(part: Part): string | undefined {
  if (part.kind === 'character') return part.text;
  if (part.kind === 'sequence' && part.parts.length === 1) {
    const [only] = part.parts;
    return only && onlyCharacter(only);
  }
  return part.kind === 'group' && !part.isCapturing ? onlyCharacter(part.body) : undefined;
}

/** Every character that a part of one character does not take. */
function opposite(text: string): string {
  const escape = /^\\([dDwWsS])$/.exec(text)?.[1];
  if (escape !== undefined) {
    return `\\${escape === escape.toLowerCase() ? escape.toUpperCase() : escape.toLowerCase()}`;
  }
  if (text.startsWith('[^')) return `[${text.slice(2)}`;
  if (text.startsWith('[')) return `[^${text.slice(1)}`;
  // Of . nothing is the opposite but a line end.
  return text === '.' ? '\\n' : `[^${text === '^' ? '\\^' : text}]`;
}
