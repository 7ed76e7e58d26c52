import { formatPath } from '../config-path.js';
import type { ConfigPath } from '../config-path.js';
import type { ComparedKind } from './compared-rules.js';
import { refusedText, translateExpression, type Translation } from './expressions/translate.js';
import { fieldKindOf } from './feed-kinds.js';
import type { ImportDraft } from './import-draft.js';
import { attributeOf, type XmlElement } from './xml/element.js';

/** A rule as the configuration has it. */
export interface ImportedRule {
  readonly name: string;
  readonly kind: string;
  readonly pattern: string;
  readonly extract?: 'all';
  readonly concatenate?: string;
}

const kinds = ['URL', 'MD5', 'SHA1', 'SHA256', 'HASH', 'IP', 'DOMAIN', 'CONTEXT'] as const;
/** Names that output formats use for something else (page 171632). */
const reserved =
  /^(?:SourceId|MatchedIndicator|RecordContext|Category|ActionableFields|Confidence|IndicatorInfo|EventReceivedDate|Retroscan)$/;

/**
 * `<RE_URL type="URL" extract="all">url=(\S+)</RE_URL>` (page 198835); undefined when it is
 * left out. `compared` is the kind that feeds give to the rule: it holds where the rule has no type.
 */
export function importRule(
  element: XmlElement,
  draft: ImportDraft,
  path: ConfigPath,
  compared: ComparedKind | undefined,
): ImportedRule | undefined {
  draft.see(element, 'type', 'extract', 'concatenate');
  const refuse = (detail: string): ImportedRule | undefined => {
    draft.report(element, { status: 'not supported', detail });
    return undefined;
  };
  const { name } = element;
  if (attributeOf(element, 'use_for_retroscan') !== undefined) {
    const detail = 'events are not kept for a later scan; threat-forwarder scan reads stored logs';
    draft.reportAttribute(element, 'use_for_retroscan', { status: 'not needed', detail });
  }
  if (reserved.test(name))
    return refuse('output formats use this name for something else: left out');
  if (name.length > 64) return refuse('a name has at most 64 characters: left out');
  if (element.text === '') return refuse('it has no expression: left out');
  const given = (attributeOf(element, 'type') ?? '').trim().toUpperCase();
  const kind = given === '' ? (compared ?? 'CONTEXT') : kinds.find((one) => one === given);
  const extractsAll = (attributeOf(element, 'extract') ?? '').trim().toLowerCase() === 'all';
  const concatenate = attributeOf(element, 'concatenate') ?? '';
  const result = translateExpression(element.text, {
    purpose: extractsAll ? 'all' : 'first',
    hasConcatenate: concatenate !== '',
  });
  if (result.kind === 'refused') {
    return refuse(refusedText(result));
  }
  const unknownType = kind === undefined ? given : undefined;
  const added = given === '' ? aboutNoType(name, compared) : [];
  say(element, draft, path, { ...result, notes: [...added, ...result.notes] }, unknownType);
  return {
    name,
    kind: kind ?? 'CONTEXT',
    pattern: result.pattern,
    ...(extractsAll ? { extract: 'all' as const } : {}),
    ...(concatenate === '' ? {} : { concatenate }),
  };
}

function aboutNoType(name: string, compared: ComparedKind | undefined): readonly string[] {
  if (compared !== undefined) return [`it has no type: ${compared}, as the feeds compare it`];
  // `RE_MD5` without a type looks like a slip.
  return name.startsWith('RE_') && fieldKindOf(name) !== undefined
    ? ['it has no type, which is CONTEXT: kept for messages, never looked up']
    : [];
}

function say(
  element: XmlElement,
  draft: ImportDraft,
  path: ConfigPath,
  result: Exclude<Translation, { kind: 'refused' }>,
  unknownType: string | undefined,
): void {
  const target = formatPath(path);
  draft.positions.set(target, element.position);
  const detail = [
    ...(unknownType === undefined
      ? []
      : [`the type ${unknownType} is not known: kept for messages, never looked up`]),
    ...result.notes,
  ].join('; ');
  const isChanged = result.kind === 'changed' || unknownType !== undefined;
  if (isChanged) draft.comments.set(target, detail);
  draft.report(element, { status: isChanged ? 'changed' : 'taken over', detail, target });
}
