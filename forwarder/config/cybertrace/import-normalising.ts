import { formatPath } from '../config-path.js';
import type { ConfigPath } from '../config-path.js';
import { quoted } from './expressions/node.js';
import { refusedText, translateExpression, type Translation } from './expressions/translate.js';
import type { ImportDraft } from './import-draft.js';
import { attributeOf, childrenOf, isNamed, type XmlElement } from './xml/element.js';

interface Replace {
  readonly pattern: string;
  readonly with: string;
}

export interface ImportedNormalising {
  readonly replace?: readonly Replace[];
  readonly ignore?: readonly string[];
}

/** NormalizingRules (pages 198870 and 195811; before 4.0 plain texts, page 173932). */
export function importNormalising(
  element: XmlElement,
  isLiteral: boolean,
  draft: ImportDraft,
  path: ConfigPath,
): ImportedNormalising {
  const replace: Replace[] = [];
  const ignore: string[] = [];
  for (const rule of childrenOf(element, 'NormalizingRules').flatMap(({ children }) => children)) {
    if (!isNamed(rule, 'Replace', 'Ignore')) continue;
    const isReplace = isNamed(rule, 'Replace');
    const list = isReplace ? replace : ignore;
    const target = formatPath([...path, isReplace ? 'replace' : 'ignore', list.length]);
    const pattern = patternOf(rule, isReplace, isLiteral, draft, target);
    if (pattern === undefined) continue;
    if (isReplace) replace.push({ pattern, with: outputOf(rule, isLiteral) });
    else ignore.push(pattern);
  }
  return {
    ...(replace.length > 0 ? { replace } : {}),
    ...(ignore.length > 0 ? { ignore } : {}),
  };
}

/** The expression of a rule, reported; undefined when the rule is left out. */
function patternOf(
  rule: XmlElement,
  isReplace: boolean,
  isLiteral: boolean,
  draft: ImportDraft,
  target: string,
): string | undefined {
  draft.see(rule, 'input', ...(isReplace ? ['output'] : []));
  const input = attributeOf(rule, 'input') ?? '';
  if (input === '') {
    draft.report(rule, { status: 'not supported', detail: 'it has no input: left out' });
    return undefined;
  }
  const purpose = isReplace ? 'replace' : 'test';
  const result: Translation = isLiteral
    ? { kind: 'equal', pattern: quoted(input), notes: ['plain text, written as an expression'] }
    : translateExpression(input, { purpose, hasConcatenate: false });
  if (result.kind === 'refused') {
    draft.report(rule, { status: 'not supported', detail: refusedText(result) });
    return undefined;
  }
  draft.positions.set(target, rule.position);
  const status = result.kind === 'changed' ? 'changed' : 'taken over';
  draft.report(rule, { status, detail: result.notes.join('; '), target });
  return result.pattern;
}

/** `NEW_EVENT\\:\\1\\s` is understood here as it is; before 4.0 a backslash was itself. */
function outputOf(rule: XmlElement, isLiteral: boolean): string {
  const output = attributeOf(rule, 'output') ?? '';
  return isLiteral ? output.replaceAll('\\', '\\\\') : output;
}
