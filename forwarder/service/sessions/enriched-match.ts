import { indicatorKinds } from '../../core/index.js';
import type { HashKind, IndicatorKind, Match, Observable } from '../../core/index.js';
import type { Enrichment } from '../../enrichment/index.js';

/**
 * What a dictionary or an enricher says, as a match: so it counts, and is written, like one of a feed.
 * The value is compared as it is, so what it is taken for here only decides which `%RE_…%` shows it.
 */
export function enrichedMatch({ source, category, value, context }: Enrichment): Match {
  const observable = observableOf(value);
  const categories = Object.fromEntries(indicatorKinds.map((kind) => [kind, category]));
  return {
    observable,
    indicator: { kind: observable.kind, value: value.text },
    feed: {
      name: source,
      origin: source,
      role: 'detect',
      confidence: 100,
      categories: categories as Readonly<Record<IndicatorKind, string>>,
    },
    context,
  };
}

const hashKindOfLength: Readonly<Record<number, HashKind>> = {
  32: 'md5',
  40: 'sha1',
  64: 'sha256',
};

function observableOf({ key, text }: Enrichment['value']): Exclude<Observable, { kind: 'url' }> {
  switch (key) {
    case 'ip':
      return { kind: 'ip', rule: 'RE_IP', text, value: text };
    case 'hash': {
      const kind = hashKindOfLength[text.length];
      if (kind === undefined) return { kind: 'domain', rule: 'RE_HASH', text, value: text };
      return { kind, rule: `RE_${kind.toUpperCase()}`, text, value: text };
    }
    case 'url':
      // A URL that was not taken apart: to a message it is a name like a domain.
      return { kind: 'domain', rule: 'RE_URL', text, value: text };
    default:
      return key satisfies never;
  }
}
