import type { FieldTree } from '../../../core/index.js';

interface Frame {
  readonly name: string;
  /** Attributes and child elements; undefined while there are none. */
  tree: Record<string, unknown> | undefined;
  text: string;
}

export interface XmlTreeLimits {
  /** Levels of elements in one record, itself counted. */
  readonly maxDepth: number;
  /** Elements and attributes in one record. */
  readonly maxFields: number;
}

/** Where the text of an element with attributes or children stands. */
export const textField = '#text';

/** The name without its namespace's prefix. */
export function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

/**
 * One element as a tree such as JSON has. Attributes and child elements are fields by their local
 * names, in the file's order, attributes first; what comes several times is a list; an element of
 * text only is that text, trimmed; the text of one that has attributes or children stands in
 * `#text`, and the text of the record's own element under its own name. Declarations of namespaces
 * and places of schemas are left out.
 *
 *     <item id="7"><ip>192.0.2.1</ip><ip>192.0.2.2</ip><md5 by="x">00…</md5></item>
 *     → { id: '7', ip: ['192.0.2.1', '192.0.2.2'], md5: { by: 'x', '#text': '00…' } }
 */
export class XmlTree {
  private readonly frames: Frame[] = [];
  private depth = 0;
  private fields = 0;
  private limitFault: string | undefined;
  private isDamaged = false;
  private readonly limits: XmlTreeLimits;

  constructor(limits: XmlTreeLimits) {
    this.limits = limits;
  }

  /** Why the record is left out; what it holds is then no longer kept. */
  get fault(): string | undefined {
    return this.limitFault;
  }

  /** Whether a text holds bytes that are not of the file's encoding. */
  get hasReplacedBytes(): boolean {
    return this.isDamaged;
  }

  /** Gives the record up. */
  giveUp(fault: string): void {
    this.limitFault ??= fault;
    this.frames.length = 0;
  }

  open(name: string, attributes: Readonly<Record<string, string>>): void {
    this.depth += 1;
    this.fields += 1;
    const frame: Frame = { name, tree: undefined, text: '' };
    for (const [attribute, value] of Object.entries(attributes)) {
      if (isDeclaration(attribute)) continue;
      this.fields += 1;
      this.isDamaged ||= value.includes('\ufffd');
      add(frame, localName(attribute), value);
    }
    const { maxDepth, maxFields } = this.limits;
    if (this.depth > maxDepth) this.giveUp(`nested more than ${maxDepth} levels deep`);
    if (this.fields > maxFields) this.giveUp(`more than ${maxFields} elements and attributes`);
    if (this.limitFault === undefined) this.frames.push(frame);
  }

  text(text: string): void {
    const frame = this.frames.at(-1);
    if (frame === undefined) return;
    frame.text += text;
    this.isDamaged ||= text.includes('\ufffd');
  }

  /** The whole tree when the record's own element ends; undefined before. */
  close(): FieldTree | undefined {
    this.depth -= 1;
    const frame = this.frames.pop();
    if (frame === undefined) return this.depth === 0 ? {} : undefined;
    const parent = this.frames.at(-1);
    const text = frame.text.trim();
    if (parent === undefined) {
      if (text !== '') add(frame, frame.name, text);
      return frame.tree ?? {};
    }
    if (frame.tree !== undefined && text !== '') add(frame, textField, text);
    add(parent, frame.name, frame.tree ?? text);
    return undefined;
  }
}

function isDeclaration(attribute: string): boolean {
  return /^(?:xmlns(?::.*)?|(?:.*:)?(?:noNamespaceS|s)chemaLocation)$/.test(attribute);
}

function add(frame: Frame, name: string, value: unknown): void {
  // Without a prototype, so that a field may have any name.
  const tree = (frame.tree ??= Object.create(null) as Record<string, unknown>);
  const before = tree[name];
  if (before === undefined) tree[name] = value;
  else if (Array.isArray(before)) before.push(value);
  else tree[name] = [before, value];
}
