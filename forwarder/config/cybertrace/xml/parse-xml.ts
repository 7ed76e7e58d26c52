import { SaxesParser } from 'saxes';

import { bad, ok } from '../../../core/index.js';
import type { Result } from '../../../core/index.js';
import type { Position } from '../../read-source.js';
import type { XmlElement, XmlFault } from './element.js';
import { tolerantText } from './tolerant.js';

const maxDepth = 64;
const maxElements = 50_000;

/** What `parseXml` throws inside of the parser, and gives outside of it. */
class Fault extends Error {
  readonly found: string;
  readonly expected: string;

  constructor(found: string, expected: string) {
    super(found);
    this.found = found;
    this.expected = expected;
  }
}

interface OpenElement {
  readonly name: string;
  readonly attributes: Map<string, string>;
  readonly children: XmlElement[];
  readonly position: Position;
  text: string;
  cdata: string | undefined;
}

/**
 * Reads an XML document into a tree. Entities of a DOCTYPE are refused, never expanded or fetched;
 * so are more than 64 levels and 50,000 elements.
 */
export function parseXml(original: string): Result<XmlElement, XmlFault> {
  const { text, originalOffset } = tolerantText(original);
  const placeAt = createPlaces(original);
  const parser = new SaxesParser({ xmlns: false, position: false });
  const builder = new TreeBuilder(() => placeAt(originalOffset(parser.position)));
  parser.on('error', ({ message }) => {
    throw new Fault(readable(message), 'well-formed XML');
  });
  parser.on('doctype', () => {
    throw new Fault('a DOCTYPE, which may define entities', 'XML without a DOCTYPE');
  });
  parser.on('opentagstart', ({ name }) => {
    // The character behind the name is read already.
    builder.open(name, placeAt(originalOffset(parser.position - name.length - 2)));
  });
  parser.on('opentag', ({ attributes }) => {
    builder.attributes(attributes);
  });
  parser.on('text', (value) => {
    builder.text(value);
  });
  parser.on('cdata', (value) => {
    builder.cdata(value);
  });
  parser.on('closetag', () => {
    builder.close();
  });
  try {
    parser.write(text).close();
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const { found, expected } = error;
    return bad({ position: placeAt(originalOffset(parser.position)), found, expected });
  }
  return builder.root === undefined
    ? bad({ position: { line: 1, column: 1 }, found: 'no element', expected: 'an XML document' })
    : ok(builder.root);
}

class TreeBuilder {
  root: XmlElement | undefined;
  readonly #open: OpenElement[] = [];
  readonly #place: () => Position;
  #count = 0;

  constructor(place: () => Position) {
    this.#place = place;
  }

  open(name: string, position: Position = this.#place()): void {
    this.#count += 1;
    if (this.#count > maxElements) throw new Fault(`more than ${maxElements} elements`, 'fewer');
    if (this.#open.length >= maxDepth) throw new Fault(`more than ${maxDepth} levels`, 'fewer');
    this.#open.push({
      name,
      attributes: new Map(),
      children: [],
      position,
      text: '',
      cdata: undefined,
    });
  }

  attributes(attributes: Readonly<Record<string, string>>): void {
    const element = this.#open.at(-1);
    for (const [name, value] of Object.entries(attributes)) element?.attributes.set(name, value);
  }

  text(value: string): void {
    const element = this.#open.at(-1);
    if (element !== undefined) element.text += value;
  }

  cdata(value: string): void {
    const element = this.#open.at(-1);
    if (element === undefined) return;
    element.cdata = (element.cdata ?? '') + value;
    element.text += value;
  }

  close(): void {
    const element = this.#open.pop();
    if (element === undefined) return;
    const { name, attributes, children, position } = element;
    const closed = { name, attributes, children, position, text: ownText(element) };
    const parent = this.#open.at(-1);
    if (parent === undefined) this.root = closed;
    else parent.children.push(closed);
  }
}

/** White space that only lays the file out is no part of a value; one blank may well be. */
function ownText({ text, cdata }: OpenElement): string {
  if (cdata !== undefined && text.trim() === cdata.trim()) return cdata;
  return text.replace(/^[ \t]*\r?\n\s*/, '').replace(/\r?\n\s*$/, '');
}

/** Finds line and column of offsets that come in growing order, mostly. */
function createPlaces(text: string): (offset: number) => Position {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return (offset) => {
    const within = Math.min(Math.max(offset, 0), text.length);
    let [low, high] = [0, starts.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((starts[middle] ?? 0) <= within) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: within - (starts[low] ?? 0) + 1 };
  };
}

function readable(message: string): string {
  const words = message
    .replace(/^\d+:\d+: /, '')
    .replace(/[\u0000-\u001f\u007f]+/g, ' ')
    .replace(/\.$/, '')
    .slice(0, 160);
  return words === 'undefined entity' ? 'an entity that XML itself does not know' : words;
}
