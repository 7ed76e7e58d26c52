import type { ImportDraft } from './import-draft.js';
import { attributeOf, type XmlElement } from './xml/element.js';

/** A whole number of an attribute; one that is none, or out of range, is reported and left out. */
export function numberIn(
  element: XmlElement,
  name: string,
  minimum: number,
  maximum: number,
  draft: ImportDraft,
): number | undefined {
  const text = attributeOf(element, name)?.trim();
  if (text === undefined || text === '') return undefined;
  const number = wholeNumber(text, minimum, maximum);
  if (number !== undefined) return number;
  draft.reportAttribute(element, name, badNumber(minimum, maximum));
  return undefined;
}

/** A whole number of an element's text, likewise. */
export function numberOf(
  element: XmlElement,
  minimum: number,
  maximum: number,
  draft: ImportDraft,
): number | undefined {
  const number = wholeNumber(element.text.trim(), minimum, maximum);
  if (number === undefined) draft.report(element, badNumber(minimum, maximum));
  return number;
}

function wholeNumber(text: string, minimum: number, maximum: number): number | undefined {
  const number = /^\d{1,12}$/.test(text) ? Number(text) : NaN;
  return number >= minimum && number <= maximum ? number : undefined;
}

function badNumber(minimum: number, maximum: number): { status: 'not supported'; detail: string } {
  const detail = `it is no whole number from ${minimum} to ${maximum}: left out`;
  return { status: 'not supported', detail };
}
