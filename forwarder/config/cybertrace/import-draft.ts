import { formatPath } from '../config-path.js';
import type { ConfigPath } from '../config-path.js';
import type { Position } from '../read-source.js';
import type { ImportItem, Placed } from './report.js';
import type { XmlElement } from './xml/element.js';

type Holder = Record<string | number, unknown>;

/** The configuration that is being made of an XML file, and the report of how. */
export class ImportDraft {
  readonly value: Record<string, unknown> = {};
  /** By formatPath: where in the XML file a place comes from. */
  readonly positions = new Map<string, Position>();
  /** By formatPath: what stands above a key in the written file. */
  readonly comments = new Map<string, string>();
  readonly items: ImportItem[] = [];
  readonly #file: string;
  readonly #labels = new Map<XmlElement, string>();
  readonly #seen = new Set<XmlElement>();
  readonly #seenAttributes = new Map<XmlElement, Set<string>>();

  constructor(file: string, root: XmlElement) {
    this.#file = file;
    for (const child of root.children) this.#label(child, '');
    this.#seen.add(root);
  }

  /** Puts a value at a place of the configuration. `comment` stands above it in the written file. */
  set(path: ConfigPath, value: unknown, from?: XmlElement, comment?: string): void {
    let holder = this.value as Holder;
    for (const [at, step] of path.entries()) {
      if (at === path.length - 1) {
        holder[step] = value;
        break;
      }
      holder[step] ??= typeof path[at + 1] === 'number' ? [] : {};
      holder = holder[step] as Holder;
    }
    const name = formatPath(path);
    if (from !== undefined) this.positions.set(name, from.position);
    if (comment !== undefined) this.comments.set(name, comment);
  }

  /** Says what became of an element. */
  report(element: XmlElement, placed: Placed): void {
    this.#seen.add(element);
    this.#add(element, this.labelOf(element), placed);
  }

  /** Says what became of an attribute. */
  reportAttribute(element: XmlElement, name: string, placed: Placed): void {
    this.see(element, name);
    this.#add(element, `${this.labelOf(element)}@${name}`, placed);
  }

  /** Says what became of an element with all that is in it. */
  reportWhole(element: XmlElement, placed: Placed): void {
    this.report(element, placed);
    this.#seeWhole(element);
  }

  /** Marks attributes (and the element) as read: the element's own line tells of them. */
  see(element: XmlElement, ...attributes: readonly string[]): void {
    this.#seen.add(element);
    const seen = this.#seenAttributes.get(element) ?? new Set();
    for (const name of attributes) seen.add(name.toLowerCase());
    this.#seenAttributes.set(element, seen);
  }

  isSeen(element: XmlElement): boolean {
    return this.#seen.has(element);
  }

  /** Says of everything that was not read that it is not known. */
  reportUnknown(root: XmlElement): void {
    const isGroup = root.children.length > 0 && root.text.trim() === '';
    if (!this.#seen.has(root) && !isGroup) this.report(root, unknown);
    for (const name of root.attributes.keys()) {
      if (this.#seenAttributes.get(root)?.has(name.toLowerCase()) === true) continue;
      if (/^(?:version|xmlns(?::.*)?|xsi:.*)$/i.test(name)) continue;
      this.reportAttribute(root, name, unknown);
    }
    for (const child of root.children) this.reportUnknown(child);
  }

  labelOf(element: XmlElement): string {
    return this.#labels.get(element) ?? element.name;
  }

  #add(element: XmlElement, label: string, { status, detail = '', target }: Placed): void {
    const { line, column } = element.position;
    this.items.push({
      file: this.#file,
      line,
      column,
      element: label,
      status,
      ...(target === undefined ? {} : { target }),
      detail,
    });
  }

  #seeWhole(element: XmlElement): void {
    this.see(element, ...element.attributes.keys());
    for (const child of element.children) this.#seeWhole(child);
  }

  #label(element: XmlElement, above: string): void {
    const key = ['id', 'filename', 'name', 'attribute'].find((name) =>
      element.attributes.has(name),
    );
    const named = key === undefined ? '' : ` "${element.attributes.get(key) ?? ''}"`;
    const own = `${element.name}${named}`;
    const label = above === '' ? own : `${above} > ${own}`;
    this.#labels.set(element, label);
    for (const child of element.children) this.#label(child, label);
  }
}

const unknown: Placed = {
  status: 'not supported',
  detail: 'not known here: look it up in the help of CyberTrace, and whether it is needed',
};
