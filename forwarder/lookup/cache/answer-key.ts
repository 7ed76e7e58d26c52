import { createHash } from 'node:crypto';

import type { LookupObject } from '../lookup-object.js';
import type { Portal, Sections } from '../portal.js';

/** What an answer answers: every answer belongs to one key. */
export interface AnswerKey {
  readonly portal: Portal['name'];
  readonly address: string;
  readonly kind: LookupObject['kind'];
  readonly value: string;
  /** In the order of the alphabet; OpenTIP's answers are always `all`. */
  readonly sections: Sections;
}

/** The key of a lookup; the order in which sections are named is nobody's business. */
export function answerKey(
  { name, address }: Pick<Portal, 'name' | 'address'>,
  { kind, value }: LookupObject,
  sections: Sections,
): AnswerKey {
  const isAll = sections === 'all' || name === 'opentip';
  const named = isAll ? 'all' : [...new Set(sections)].sort();
  return { portal: name, address, kind, value, sections: named };
}

/** The key as a text: equal for equal keys, different for others. */
export function keyText({ portal, address, kind, value, sections }: AnswerKey): string {
  return JSON.stringify([portal, address, kind, value, sections]);
}

/** Where the answer is below the folder of answers: `5f/5f0c….json`. */
export function keyPath(text: string): string {
  const hash = createHash('sha256').update(text).digest('hex');
  return `${hash.slice(0, 2)}/${hash}.json`;
}
