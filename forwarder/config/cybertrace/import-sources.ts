import { isAddressRange } from '../values/address-range.js';
import { comparedRules, type ComparedKind } from './compared-rules.js';
import { refusedText, translateExpression } from './expressions/translate.js';
import type { ImportDraft } from './import-draft.js';
import { importNormalising } from './import-normalising.js';
import { importRule, type ImportedRule } from './import-rules.js';
import type { ServiceTree } from './service-tree.js';
import { allNamed } from './service-tree.js';
import { attributeOf, childrenOf, isNamed, type XmlElement } from './xml/element.js';

interface ImportedSource {
  readonly name: string;
  peers?: readonly string[];
  pattern?: string;
  replace?: readonly { readonly pattern: string; readonly with: string }[];
  ignore?: readonly string[];
  rules?: readonly ImportedRule[];
}

const longestName = 64;

/** Event sources with their rules (CyberTrace help, page 198832). Gives the rules of all of them. */
export function importSources(tree: ServiceTree, draft: ImportDraft): readonly ImportedRule[] {
  const found = allNamed(tree.input, 'RegExps').flatMap((group) => childrenOf(group, 'Source'));
  const compared = comparedRules(tree);
  const sources: ImportedSource[] = [];
  for (const element of found) {
    const source = importSource(element, tree, compared, draft, sources);
    if (source !== undefined) sources.push(source);
  }
  if (sources.length > 0) draft.set(['sources'], sources);
  return sources.flatMap(({ rules = [] }) => rules);
}

function importSource(
  element: XmlElement,
  { era, tenant }: ServiceTree,
  compared: ReadonlyMap<string, ComparedKind>,
  draft: ImportDraft,
  before: readonly ImportedSource[],
): ImportedSource | undefined {
  const name = (attributeOf(element, 'id') ?? '').trim();
  if (/^http_(?:single|file)_lookup$/.test(name)) {
    const detail = 'for look-ups in the web interface: threat-forwarder feeds search, or scan';
    draft.reportWhole(element, { status: 'not needed', detail });
    return undefined;
  }
  const refuse = (detail: string): ImportedSource | undefined => {
    draft.reportWhole(element, { status: 'not supported', detail });
    return undefined;
  };
  if (name === '') return refuse('it has no id: left out');
  if (before.some((one) => one.name === name)) {
    if (tenant === undefined) return refuse('a second one of this id: left out');
    const detail = 'the tenant has a source of this id, which is used';
    draft.reportWhole(element, { status: 'not needed', detail });
    return undefined;
  }
  if (name.length > longestName)
    return refuse(`an id has at most ${longestName} characters: left out`);
  const source: ImportedSource = { name };
  const path = ['sources', before.length] as const;
  draft.see(element, 'id', 'ip', 'host', 'hostname', 'regexp', 'regex');
  const notes = name === 'default' ? unconditional : conditions(element, source);
  if (notes.kind === 'bad') return refuse(notes.detail);
  const rules: ImportedRule[] = [];
  for (const child of element.children) {
    if (isNamed(child, 'NormalizingRules')) continue;
    const place = [...path, 'rules', rules.length];
    const rule = importRule(child, draft, place, compared.get(child.name));
    if (rule !== undefined) rules.push(rule);
  }
  if (rules.length === 0) {
    const instead = name === 'default' ? 'the built-in rules are used' : 'left out';
    const detail = `none of its expressions can be used: ${instead}`;
    for (const group of childrenOf(element, 'NormalizingRules')) {
      draft.reportWhole(group, { status: 'not supported', detail: 'its source is left out' });
    }
    draft.report(element, { status: 'not supported', detail });
    return undefined;
  }
  const isLiteral = era === '2.x' || era === '3.x';
  Object.assign(source, importNormalising(element, isLiteral, draft, path));
  source.rules = rules;
  draft.positions.set(`sources[${before.length}]`, element.position);
  const given = element.children.filter((child) => !isNamed(child, 'NormalizingRules')).length;
  const hint = name === 'default' ? [defaultHint(given - rules.length)] : [];
  draft.report(element, {
    status: notes.isChanged ? 'changed' : 'taken over',
    target: `sources[${before.length}]`,
    detail: [...notes.said, ...hint].join('; '),
  });
  return source;
}

/** Only its own rules run where there is a source `default`. */
function defaultHint(leftOut: number): string {
  const lost =
    leftOut === 0
      ? ''
      : `${leftOut} of its expressions ${leftOut === 1 ? 'is' : 'are'} left out and nothing stands in for ${leftOut === 1 ? 'it' : 'them'}; `;
  return `${lost}without this source the built-in rules are used, which cost far less: delete it unless you wrote its expressions yourself`;
}

type Conditions =
  | { readonly kind: 'good'; readonly said: readonly string[]; readonly isChanged: boolean }
  | { readonly kind: 'bad'; readonly detail: string };

const unconditional: Conditions = { kind: 'good', said: [], isChanged: false };

/** How the source is recognised: by peer addresses, by an expression on the event. */
function conditions(element: XmlElement, source: ImportedSource): Conditions {
  const said: string[] = [];
  let isChanged = false;
  const hosts = ['ip', 'host', 'hostname'].flatMap((name) =>
    (attributeOf(element, name) ?? '').split(/[\s,;]+/).filter((one) => one !== ''),
  );
  const peers = hosts.filter(isAddressRange);
  const names = hosts.filter((host) => !isAddressRange(host));
  const regexp = attributeOf(element, 'regexp') ?? attributeOf(element, 'regex') ?? '';
  if (names.length > 0) {
    const text = `peers are known by address here: give ${names.join(', ')} as peers`;
    if (peers.length === 0 && regexp === '') return { kind: 'bad', detail: `${text}; left out` };
    said.push(text);
    isChanged = true;
  }
  if (regexp !== '') {
    const result = translateExpression(regexp, { purpose: 'test', hasConcatenate: false });
    if (result.kind === 'refused') return { kind: 'bad', detail: refusedText(result) };
    source.pattern = result.pattern;
    said.push(...result.notes);
    isChanged ||= result.kind === 'changed';
  }
  if (peers.length > 0) source.peers = peers;
  if (peers.length === 0 && source.pattern === undefined) {
    const detail = 'nothing says which events are its own (ip, regexp): left out';
    return { kind: 'bad', detail };
  }
  return { kind: 'good', said, isChanged };
}
