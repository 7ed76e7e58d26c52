import type { OutcomeKind } from '../core/index.js';

/** `text` may be written; `flag` and `list` may not: `{{#if}}` and `{{#each}}` are for them. */
export type NameType = 'text' | 'flag' | 'list';

type Names = Readonly<Record<string, NameType>>;

const commonNames: Names = {
  event: 'text',
  type: 'text',
  cat: 'text',
  devTime: 'text',
  severity: 'text',
  msgId: 'text',
  loopToken: 'text',
  context: 'list',
  truncated: 'flag',
};

const detectNames: Names = {
  ...commonNames,
  eventTime: 'text',
  url: 'text',
  ip: 'text',
  md5: 'text',
  sha1: 'text',
  sha256: 'text',
  usrName: 'text',
  src: 'text',
  dst: 'text',
  matchedIndicator: 'text',
  confidence: 'text',
  feed: 'text',
  indicator: 'text',
  indicatorKind: 'text',
  rule: 'text',
  source: 'text',
  count: 'text',
  firstTime: 'text',
  lastTime: 'text',
};

/** The names inside `{{#each context}}`. */
export const itemNames: Names = { name: 'text', value: 'text' };

/** The names a template of each kind may use; docs/reference/templates.md says what they mean. */
export const templateNames: Readonly<Record<OutcomeKind, Names>> = {
  detect: detectNames,
  status: commonNames,
  evaluation: commonNames,
};

/** The helpers a template may call, with the number of arguments each takes. */
export const templateHelpers: Readonly<Record<string, number>> = {
  leefHeader: 4,
  attr: 2,
  optional: 2,
  value: 1,
};

/** The blocks a template may use; each takes one argument. */
export const templateBlocks: readonly string[] = ['if', 'unless', 'each'];
