import type { Position } from '../read-source.js';

/**
 * What became of an element: `taken over`; `changed` (it is there and means something a little
 * different); `not needed` (it does nothing that is missed); `not supported` (something is lost).
 */
export const importStatuses = ['taken over', 'changed', 'not needed', 'not supported'] as const;
export type ImportStatus = (typeof importStatuses)[number];

/** One line of the report: an element, or one of its attributes, and what became of it. */
export interface ImportItem {
  /** The file as the operator named it. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** `InputSettings > RegExps > Source "proxy" > RE_URL`, `Feeds@update_frequency`. */
  readonly element: string;
  readonly status: ImportStatus;
  /** Where it is in the configuration now: `sources[0].rules[1]`. */
  readonly target?: string;
  /** What is different and why, or what to do instead; '' when there is nothing to say. */
  readonly detail: string;
}

/** How a value is said to stand where it is. */
export interface Placed {
  readonly status: ImportStatus;
  readonly detail?: string;
  readonly target?: string;
}

/** `3 of 40 settings are not taken over`-like counts. */
export function countByStatus(
  items: readonly ImportItem[],
): Readonly<Record<ImportStatus, number>> {
  const counts = { 'taken over': 0, changed: 0, 'not needed': 0, 'not supported': 0 };
  for (const { status } of items) counts[status] += 1;
  return counts;
}

export function inFileOrder(items: readonly ImportItem[]): readonly ImportItem[] {
  return [...items].sort((a, b) => a.line - b.line || a.column - b.column);
}

/** A fault of a file that keeps all of it from being imported. */
export interface ImportFault {
  readonly file: string;
  readonly position: Position;
  readonly found: string;
  readonly expected: string;
}
