import { formatPath } from '../config-path.js';
import type { ImportDraft } from './import-draft.js';
import { importedDialect, replaced } from './import-listener.js';
import type { Placed } from './report.js';
import { allNamed, type Era, type ServiceTree } from './service-tree.js';
import { flagOf, type XmlElement } from './xml/element.js';

/** What a message may have as it is (leef.maxMessageBytes), with some room for values. */
const maxBytes = 3500;

/** Elements of a format, and the key of a dialect that takes its text. */
const formats = [
  { element: 'EventFormat', key: 'eventFormat' },
  { element: 'AlertFormat', key: 'alertFormat' },
  { element: 'FinishedEventFormat', key: 'finishedEventFormat' },
  { element: 'RecordFieldContextFormat', key: 'recordFieldContextFormat' },
  { element: 'ActionableFieldContextFormat', key: 'actionableFieldContextFormat' },
] as const;
type FormatKey = (typeof formats)[number]['key'];

/** The ready dialect of each version: its order of fields, and what a file leaves out. */
const bases: Readonly<Record<Era, string>> = {
  '2.x': 'cybertrace-3.1',
  '3.x': 'cybertrace-3.1',
  '4.x': 'cybertrace-4',
  '5.x': 'cybertrace-5',
};

/** Patterns that stand for no expression of the configuration. */
const builtIn = new Set(
  [
    'Category MatchedIndicator RecordContext ActionableFields Confidence SourceId Date Alert',
    'ParamName ParamValue RE_URL RE_DOMAIN RE_IP RE_MD5 RE_SHA1 RE_SHA256 RE_HASH RE_USERNAME',
    'RE_DATE SRC_IP DST_IP DEV_TIME UserName DATE EVENT CONTEXT',
  ].flatMap((line) => line.split(' ')),
);

/**
 * The formats of messages (CyberTrace help, pages 198889, 171636 and 197106), as a dialect of their
 * own: they are kept as they are.
 */
export function importFormats(
  tree: ServiceTree,
  ruleNames: readonly string[],
  draft: ImportDraft,
): void {
  const path = ['dialects', importedDialect] as const;
  draft.set([...path, 'basedOn'], bases[tree.era]);
  for (const { element: name, key } of formats) {
    const [element, ...rest] = allNamed(tree.output, name);
    for (const other of rest) draft.reportWhole(other, replaced);
    if (element === undefined) continue;
    draft.see(element, ...(key === 'finishedEventFormat' ? ['enabled'] : []));
    importFormat(element, key, ruleNames, draft);
  }
  if (tree.era === '2.x') draft.set([...path, 'order'], 'record');
  withoutAlerts(tree, draft);
}

function importFormat(
  element: XmlElement,
  key: FormatKey,
  ruleNames: readonly string[],
  draft: ImportDraft,
): void {
  const target = `dialects.${importedDialect}.${key}`;
  const text = onOneLine(element.text);
  const isTooLong = Buffer.byteLength(text) > maxBytes;
  if (isTooLong || (key === 'eventFormat' && text.trim() === '')) {
    const detail = isTooLong ? `more than ${maxBytes} bytes` : 'it is empty';
    draft.report(element, { status: 'not supported', detail: `${detail}: left out` });
    return;
  }
  draft.set(['dialects', importedDialect, key], text, element);
  const changes = text === element.text ? [] : ['a message is one line: line breaks became blanks'];
  changes.push(...unknownPatterns(text, ruleNames));
  const notes: string[] = [];
  if (key === 'eventFormat') notes.push(...aboutLeef(text, element, draft));
  if (key === 'finishedEventFormat') notes.push(...finished(element, draft));
  const placed: Placed = { status: changes.length > 0 ? 'changed' : 'taken over', target };
  draft.report(element, { ...placed, detail: [...changes, ...notes].join('; ') });
}

/** A message is one line: what CyberTrace would send as it is becomes a blank. */
function onOneLine(text: string): string {
  return text
    .replace(/\s*[\r\n]\s*/g, ' ')
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]+/g, ' ');
}

function unknownPatterns(text: string, ruleNames: readonly string[]): readonly string[] {
  const names = Array.from(
    text.matchAll(/%([\p{L}_][\p{L}\p{N}_.-]*)%/gu),
    ([, name = '']) => name,
  );
  return [...new Set(names)]
    .filter((name) => !builtIn.has(name) && !ruleNames.includes(name))
    .map((name) =>
      name === 'IndicatorInfo'
        ? '%IndicatorInfo% is a link into the web interface of CyberTrace: it has no value here'
        : `%${name}%: no rule has this name, so it has no value`,
    );
}

/** The name before `LEEF:` is that of the log source: own messages that come back are known by it. */
function aboutLeef(text: string, element: XmlElement, draft: ImportDraft): readonly string[] {
  if (!/LEEF:\d/.test(text)) return [];
  const name = /(?:^|\s)([A-Za-z0-9][A-Za-z0-9._-]{0,254})\s+LEEF:\d/.exec(text)?.[1];
  const isOwn = name !== undefined && name.toLowerCase() !== 'kl_verification_tool';
  if (isOwn) draft.set(['identifier'], name, element);
  return [
    ...(isOwn ? [`identifier is ${name}`] : []),
    'for JSA the dialect leef is better: TAB between fields, values made safe',
  ];
}

/** `FinishedEventFormat@enabled`: a message for every event, found or not. */
function finished(element: XmlElement, draft: ImportDraft): readonly string[] {
  if (flagOf(element, 'enabled') !== true) return [];
  draft.set(['evaluation', 'finishedEvents'], true, element);
  return ['enabled: evaluation.finishedEvents is true'];
}

/** Without AlertFormat CyberTrace sends no service alerts (page 198889); an empty one says so here. */
function withoutAlerts(tree: ServiceTree, draft: ImportDraft): void {
  const [section] = tree.output;
  if (section === undefined || allNamed(tree.output, 'AlertFormat').length > 0) return;
  const path = ['dialects', importedDialect, 'alertFormat'];
  draft.set(path, '', section, 'There was no AlertFormat: no service alerts are sent.');
  const detail = 'without AlertFormat no service alerts are sent: alertFormat is empty';
  draft.report(section, { status: 'taken over', target: formatPath(path), detail });
}
