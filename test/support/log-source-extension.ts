import { SaxesParser } from 'saxes';

import { decodeLeef } from '../../dsm/index.js';
import type { LeefEvent } from '../../dsm/index.js';

/**
 * Applies a log source extension to an event as IBM and Juniper describe it: the matchers of all kinds
 * are one list per field, tried by their order until one finds something; a LEEF key is looked up by the
 * rules of the LEEF reader, a Java pattern anywhere in the payload. It proves nothing about a console.
 */
export interface LogSourceExtension {
  /** Patterns by their id. */
  readonly patterns: ReadonlyMap<string, ExtensionPattern>;
  readonly matchers: readonly Matcher[];
  /** By field; a field that nothing was found for is not there. */
  read(payload: string): ReadonlyMap<string, string>;
}

export interface ExtensionPattern {
  readonly type: string;
  readonly text: string;
}

export interface Matcher {
  readonly element: string;
  readonly field: string;
  readonly patternId: string;
  readonly order: number;
  readonly captureGroup: string;
  readonly enableSubstitutions: boolean;
}

/** Reads the document; throws when it is not well-formed or a matcher does not fit its pattern. */
export function readLogSourceExtension(xml: string): LogSourceExtension {
  const { patterns, matchers } = parse(xml);
  const fields = new Map<string, Matcher[]>();
  for (const matcher of [...matchers].sort((one, other) => one.order - other.order)) {
    const pattern = patterns.get(matcher.patternId);
    const expected = matcher.element === 'leef-matcher' ? 'LeefKey' : 'JavaPattern';
    if (pattern?.type !== expected) throw new Error(`${matcher.patternId} is no ${expected}`);
    fields.set(matcher.field, [...(fields.get(matcher.field) ?? []), matcher]);
  }
  const expressions = new Map(
    [...patterns]
      .filter(([, { type }]) => type === 'JavaPattern')
      .map(([id, { text }]) => [id, new RegExp(text)]),
  );
  const find = (matcher: Matcher, payload: string, leef: LeefEvent | undefined) =>
    matcher.element === 'leef-matcher'
      ? leefValue(leef, patterns.get(matcher.patternId)?.text ?? '')
      : expressionValue(matcher, expressions.get(matcher.patternId)?.exec(payload));
  return {
    patterns,
    matchers,
    read(payload) {
      const decoded = decodeLeef(payload);
      const leef = decoded.ok ? decoded.event : undefined;
      const found = new Map<string, string>();
      for (const [field, list] of fields) {
        for (const matcher of list) {
          const value = find(matcher, payload, leef);
          if (value === undefined || value === '') continue;
          found.set(field, value);
          break;
        }
      }
      return found;
    },
  };
}

function leefValue(leef: LeefEvent | undefined, key: string): string | undefined {
  switch (key) {
    case '$eventid$':
      return leef?.eventId;
    case '$vendor$':
      return leef?.vendor;
    case '$product$':
      return leef?.product;
    default:
      return leef?.attributes.get(key);
  }
}

function expressionValue(
  { captureGroup, enableSubstitutions }: Matcher,
  match: RegExpExecArray | null | undefined,
): string | undefined {
  if (match === null || match === undefined) return undefined;
  if (!enableSubstitutions) return match[Number(captureGroup)];
  return captureGroup.replace(/\\([1-9])/g, (_all, group: string) => match[Number(group)] ?? '');
}

function parse(xml: string) {
  const patterns = new Map<string, ExtensionPattern>();
  const matchers: Matcher[] = [];
  let open: { id: string; type: string; text: string } | undefined;
  const parser = new SaxesParser({ xmlns: false });
  const onText = (text: string) => {
    if (open !== undefined) open.text += text;
  };
  parser.on('text', onText);
  parser.on('cdata', onText);
  parser.on('opentag', ({ name, attributes }) => {
    const attribute = (key: string, absent: string) => attributes[key] ?? absent;
    if (name === 'pattern') {
      open = { id: attribute('id', ''), type: attribute('type', 'JavaPattern'), text: '' };
    } else if (name === 'matcher' || name === 'leef-matcher') {
      matchers.push({
        element: name,
        field: attribute('field', ''),
        patternId: attribute('pattern-id', ''),
        order: Number(attribute('order', 'NaN')),
        captureGroup: attribute('capture-group', '0'),
        enableSubstitutions: attribute('enable-substitutions', 'false') === 'true',
      });
    }
  });
  parser.on('closetag', ({ name }) => {
    if (name === 'pattern' && open !== undefined) {
      patterns.set(open.id, { type: open.type, text: open.text });
      open = undefined;
    }
  });
  parser.on('error', (error) => {
    throw error;
  });
  parser.write(xml).close();
  return { patterns, matchers };
}
