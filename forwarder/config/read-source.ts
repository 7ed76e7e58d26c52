import type * as Yaml from 'yaml';
import type { Document, LineCounter, Node, Pair } from 'yaml';

import { formatPath } from './config-path.js';
import type { ConfigPath } from './config-path.js';

export interface Position {
  readonly line: number;
  readonly column: number;
}

/** What is wrong with a text before it can be held against the schema. */
export interface SourceProblem {
  readonly path: string;
  readonly position: Position;
  readonly found: string;
  readonly expected: string;
}

export interface Source {
  /** Plain data: objects, arrays, texts, numbers, booleans, null. */
  readonly value: unknown;
  /** By formatPath: where the key of a place stands, or the value itself in a list. */
  readonly keyPositions: ReadonlyMap<string, Position>;
  readonly valuePositions: ReadonlyMap<string, Position>;
  readonly problems: readonly SourceProblem[];
}

const maxDepth = 64;
const mostSyntaxProblems = 3;
/** More values than any configuration has; what aliases stand for counts each time. */
const maxValues = 200_000;

/**
 * Reads YAML 1.2 or JSON (which is YAML) into plain data and remembers where everything stands.
 * Refused, with their places: duplicate keys, `__proto__` as a key, keys that are no text, unknown
 * tags, several documents, aliases that unfold into very much or contain themselves.
 */
export async function readSource(text: string): Promise<Source> {
  const yaml = await import('yaml');
  const lines = new yaml.LineCounter();
  const reader = new SourceReader(lines, yaml);
  try {
    const document = yaml.parseDocument(text, {
      lineCounter: lines,
      prettyErrors: false,
      uniqueKeys: false,
      version: '1.2',
      schema: 'core',
    });
    return reader.read(document);
  } catch (error) {
    // The parser recurses: text that nests very deeply ends it with a RangeError.
    const { found, expected } =
      error instanceof RangeError ? tooDeep : syntaxProblem('', String(error));
    return reader.failed({ line: 1, column: 1 }, found, expected);
  }
}

class SourceReader {
  readonly #lines: LineCounter;
  readonly #yaml: typeof Yaml;
  readonly #keyPositions = new Map<string, Position>();
  readonly #valuePositions = new Map<string, Position>();
  readonly #problems: SourceProblem[] = [];
  readonly #anchors = new Map<string, Node>();
  #values = 0;
  #aliasDepth = 0;

  constructor(lines: LineCounter, yaml: typeof Yaml) {
    this.#lines = lines;
    this.#yaml = yaml;
  }

  read(document: Document.Parsed): Source {
    // One slip of the pen lets the parser stumble many times: the first places are the telling ones.
    const errors = [...document.errors, ...document.warnings];
    const atNewPlaces = errors.filter(({ pos }, index) => pos[0] !== errors[index - 1]?.pos[0]);
    for (const error of atNewPlaces.slice(0, mostSyntaxProblems)) {
      const { found, expected } = syntaxProblem(error.code, error.message);
      this.#problem([], this.#position(error.pos[0]), found, expected);
    }
    // After a syntax error the rest is guesswork: problems found in it would only mislead.
    if (this.#problems.length > 0 || document.contents === null) return this.#result(undefined);
    return this.#result(this.#valueOf(document.contents, []));
  }

  failed(position: Position, found: string, expected: string): Source {
    this.#problem([], position, found, expected);
    return this.#result(undefined);
  }

  #result(value: unknown): Source {
    return {
      value,
      keyPositions: this.#keyPositions,
      valuePositions: this.#valuePositions,
      problems: this.#problems,
    };
  }

  #valueOf(node: Node | null, path: ConfigPath): unknown {
    this.#values += 1;
    const position = this.#position(node?.range?.[0]);
    const name = formatPath(path);
    // What an alias stands for is elsewhere, but the operator looks at the alias.
    if (this.#aliasDepth === 0 && node?.range) this.#valuePositions.set(name, position);
    if (this.#values > maxValues || path.length > maxDepth) {
      if (this.#problems.length === 0) {
        const isDeep = path.length > maxDepth;
        const found = `more than ${isDeep ? `${maxDepth} levels` : `${maxValues} values`}`;
        this.#problem(path.slice(0, 3), position, found, 'fewer, also where aliases are unfolded');
      }
      return undefined;
    }
    const { isAlias, isMap, isSeq, isScalar } = this.#yaml;
    if (node === null) return null;
    if (isAlias(node)) {
      const target = this.#anchors.get(node.source);
      if (target === undefined) {
        this.#problem(
          path,
          position,
          `the alias *${node.source}`,
          `its anchor &${node.source} before it`,
        );
        return undefined;
      }
      this.#aliasDepth += 1;
      const value = this.#valueOf(target, path);
      this.#aliasDepth -= 1;
      return value;
    }
    // An anchor inside of what an alias repeats keeps its first meaning.
    if (this.#aliasDepth === 0 && 'anchor' in node && node.anchor) {
      this.#anchors.set(node.anchor, node);
    }
    if (isScalar(node)) return node.value;
    if (isSeq(node)) {
      return node.items.map((item, index) => this.#valueOf(item as Node | null, [...path, index]));
    }
    return isMap(node) ? this.#mappingOf(node.items as Pair<Node, Node | null>[], path) : undefined;
  }

  #mappingOf(pairs: readonly Pair<Node, Node | null>[], path: ConfigPath): unknown {
    const result: Record<string, unknown> = {};
    for (const { key, value } of pairs) {
      const position = this.#position(key.range?.[0]);
      const name = this.#yaml.isScalar(key) ? textOfKey(key.value, key.source) : undefined;
      if (name === undefined || name === '__proto__') {
        this.#problem(
          path,
          position,
          name === undefined ? 'a key that is no text' : 'the key "__proto__"',
          'a known key',
        );
        continue;
      }
      const place = [...path, name];
      if (Object.hasOwn(result, name)) {
        const first = this.#keyPositions.get(formatPath(place))?.line;
        const found = `the key a second time${first === undefined ? '' : ` (first in line ${first})`}`;
        this.#problem(place, position, found, 'every key once');
        continue;
      }
      if (this.#aliasDepth === 0) this.#keyPositions.set(formatPath(place), position);
      result[name] = this.#valueOf(value, place);
    }
    return result;
  }

  #problem(path: ConfigPath, position: Position, found: string, expected: string): void {
    this.#problems.push({ path: formatPath(path), position, found, expected });
  }

  #position(offset: number | undefined): Position {
    const { line, col } = this.#lines.linePos(offset ?? 0);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  }
}

/** `1: x` has the key `1`, as it is written; JSON has no other keys than texts. */
function textOfKey(value: unknown, source: string | undefined): string {
  return typeof value === 'string' ? value : (source ?? String(value));
}

const tooDeep = { found: 'nesting that is too deep', expected: `at most ${maxDepth} levels` };

/** The parser's errors in the words of ours. */
function syntaxProblem(code: string, message: string): { found: string; expected: string } {
  // The parser recurses into flow collections and reports running out of stack as bad syntax.
  if (message.includes('call stack')) return tooDeep;
  switch (code) {
    case 'MULTIPLE_DOCS':
      return { found: 'a second document (---)', expected: 'one document' };
    case 'TAG_RESOLVE_FAILED':
      return { found: 'an unknown tag (!…)', expected: 'plain values' };
    case 'TAB_AS_INDENT':
      return { found: 'a tab as indentation', expected: 'blanks' };
    default:
      return {
        found: `bad syntax: ${message.replace(/\s+/g, ' ').slice(0, 160)}`,
        expected: 'YAML or JSON',
      };
  }
}
