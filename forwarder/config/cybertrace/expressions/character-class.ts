import type { Cursor } from './cursor.js';
import { readClassEscape } from './escapes.js';
import { Refusal } from './node.js';

const notClosed = (): Refusal =>
  new Refusal('a class that is not closed', 'close every [ by a ]; write \\[ for the character');

/** Classes that only Boost has names for. */
const ownNames: Readonly<Record<string, string>> = {
  d: '[:digit:]',
  w: '[:word:]',
  s: '[:space:]',
  l: '[:lower:]',
  u: '[:upper:]',
  h: String.raw`\t `,
  v: String.raw`\n\x0b\f\r`,
};

/** Reads a class such as `[^\d[:alpha:]_-]`, whose `[` is taken already, into the syntax of RE2. */
export function readClass(cursor: Cursor): string {
  let text = cursor.take('^') ? '[^' : '[';
  // A ] in the first place is itself.
  if (cursor.take(']')) text += ']';
  for (;;) {
    const character = cursor.next();
    switch (character) {
      case '':
        throw notClosed();
      case ']':
        return `${text}]`;
      case '\\':
        text += readClassEscape(cursor);
        break;
      case '[':
        text += readNamed(cursor);
        break;
      default:
        text += character;
    }
  }
}

/** `[:alpha:]`, `[.a.]`, `[=a=]`; a `[` alone is itself. */
function readNamed(cursor: Cursor): string {
  const named = cursor.match(/:(\^?)([A-Za-z]+):\]/y);
  if (named !== undefined) {
    const [whole, not = '', name = ''] = named;
    if (!Object.hasOwn(ownNames, name)) return `[${whole}`;
    const known = ownNames[name] ?? '';
    if (not === '') return known;
    if (known.startsWith('[:')) return `[:^${known.slice(2)}`;
    throw new Refusal(`the class [${whole}`, 'write out the characters that are meant');
  }
  const single = cursor.match(/([.=])([^\]])\1\]/y)?.[2];
  if (single !== undefined) return /[\\\]^-]/.test(single) ? `\\${single}` : single;
  if (cursor.match(/([.=])[\w-]+\1\]/y) !== undefined) {
    throw new Refusal('a named character in a class', 'write the character itself');
  }
  return '\\[';
}
