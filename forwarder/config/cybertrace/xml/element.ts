import type { Position } from '../../read-source.js';

/** An element of an XML document. */
export interface XmlElement {
  readonly name: string;
  /** In the order they stand. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** Its own text. White space around CDATA, and with a line end in it at either end, is left out. */
  readonly text: string;
  readonly position: Position;
}

/** Why a text is no XML document that is read here. */
export interface XmlFault {
  readonly position: Position;
  readonly found: string;
  readonly expected: string;
}

/** The first child of one of these names; letter case counts not. */
export function childOf(
  element: XmlElement | undefined,
  ...names: string[]
): XmlElement | undefined {
  return element?.children.find((child) => isNamed(child, ...names));
}

export function childrenOf(
  element: XmlElement | undefined,
  ...names: string[]
): readonly XmlElement[] {
  return element?.children.filter((child) => isNamed(child, ...names)) ?? [];
}

/** The value of an attribute; letter case counts not in its name. */
export function attributeOf(element: XmlElement, name: string): string | undefined {
  for (const [key, value] of element.attributes) {
    if (key.toLowerCase() === name.toLowerCase()) return value;
  }
  return undefined;
}

/** An attribute that says yes or no; undefined where it says neither. */
export function flagOf(element: XmlElement, name: string): boolean | undefined {
  const text = attributeOf(element, name)?.trim().toLowerCase() ?? '';
  if (/^(?:true|1|yes|on)$/.test(text)) return true;
  return /^(?:false|0|no|off)$/.test(text) ? false : undefined;
}

export function isNamed({ name }: XmlElement, ...names: string[]): boolean {
  return names.some((one) => one.toLowerCase() === name.toLowerCase());
}
