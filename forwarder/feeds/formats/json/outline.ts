import { isBlank, openBrace, openBracket } from './bytes.js';
import { JsonWalker } from './walker.js';

/** What the first bytes of a JSON file show of its layers. */
export interface JsonOutline {
  /** Paths of the objects and lists that begin there, as JsonWalker names them; '' is the file's. */
  readonly begun: ReadonlySet<string>;
  /** Those of them that are lists. */
  readonly lists: ReadonlySet<string>;
  /** Texts, numbers and words by their path: the first of each. */
  readonly values: ReadonlyMap<string, unknown>;
  /** Whether something stands behind the file's `{` on its line, as where each line is an object. */
  readonly isLineOfFields: boolean;
}

const shownLevels = 4;
const longestValue = 4096;
/** No list is cut into records here. */
const noRecords = { maxBytes: 0, maxDepth: 1, maxKeys: 0 };

/** The outermost four levels of what `start` holds; up to where it is no JSON. Never throws. */
export function jsonOutline(start: Uint8Array): JsonOutline {
  const begun = new Set<string>();
  const lists = new Set<string>();
  const values = new Map<string, unknown>();
  const walker = new JsonWalker(
    noRecords,
    (path, first) => {
      if (first !== openBrace && first !== openBracket) return { takeBytes: longestValue };
      const level = path === '' ? 0 : path.split('/').length;
      return level < shownLevels ? 'enter' : 'skip';
    },
    '',
  );
  const bytes = Buffer.from(start);
  try {
    for (let at = 0; at < bytes.length;) {
      at = walker.scan(bytes, at);
      for (let step = walker.take(); step !== undefined; step = walker.take()) {
        if (step.kind === 'begin') begun.add(step.path);
        if (step.kind === 'begin' && step.isList) lists.add(step.path);
        if (step.kind === 'value' && !values.has(step.path)) {
          values.set(step.path, parsed(step.text));
        }
      }
    }
  } catch {
    // What was seen until then tells enough.
  }
  return { begun, lists, values, isLineOfFields: isLineOfFields(bytes) };
}

function isLineOfFields(bytes: Buffer): boolean {
  const at = bytes.indexOf(openBrace);
  if (at < 0) return false;
  const end = bytes.indexOf(0x0a, at);
  return bytes.subarray(at + 1, end < 0 ? bytes.length : end).some((byte) => !isBlank(byte));
}

/** The value of a JSON text; undefined when it is none. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
