import { readAs } from '../../field-indicators.js';
import { excerpt } from '../../read-indicator.js';
import type { FieldKind } from '../format.js';
import { unsupported, type Findings } from './findings.js';

/** How a value of an event is compared with the text of a pattern. */
export type Comparison = 'equals' | 'starts' | 'ends' | 'contains';

const scheme = /^[a-z][a-z0-9+.-]*:\/\//i;

/**
 * The indicator that says what the comparison says, as near as the index can:
 *
 * - `equals`: the value; of a URL without a host (`/gate.php`), that path on every host;
 * - a URL that starts with, ends with or contains a text: a mask with `*` there. A text with a scheme
 *   can only be the URL's start;
 * - a name that contains `evil.example`, or ends with it or with `.evil.example`: that domain and all
 *   below it; other parts of names have no indicator;
 * - a hash that contains, starts with or ends with a whole hash: that hash.
 *
 * Everything else is a fault of the kind `unsupported`; a text that is no value of its kind is one
 * of the kind `bad-indicator`.
 */
export function comparisonFindings(
  kind: FieldKind,
  comparison: Comparison,
  value: string,
): Findings {
  const text = value.trim();
  if (kind === 'url') return urlFindings(comparison, text);
  if (comparison === 'equals') return valueFindings(kind, text);
  const isPart = `a part of a value (${comparison} ${excerpt(text)}) is not looked for`;
  switch (kind) {
    case 'domain': {
      if (comparison === 'starts') return unsupported(isPart);
      const name = text.startsWith('.') ? text.slice(1) : text;
      return name.includes('.') ? wholeOr(kind, name, isPart) : unsupported(isPart);
    }
    case 'md5':
    case 'sha1':
    case 'sha256':
    case 'hash':
      return wholeOr(kind, text, isPart);
    case 'ip':
    case 'any':
      return unsupported(isPart);
    default:
      return kind satisfies never;
  }
}

function urlFindings(comparison: Comparison, text: string): Findings {
  if (comparison === 'equals')
    return valueFindings('url', text.startsWith('/') ? `*${text}` : text);
  if (text.includes('*')) {
    return unsupported(`a * in a part of a URL (${comparison} ${excerpt(text)}) is not looked for`);
  }
  const rest = text.replace(scheme, '');
  const isFromStart = comparison === 'starts' || rest !== text;
  const mask = `${isFromStart ? '' : '*'}${rest}${comparison === 'ends' ? '' : '*'}`;
  return valueFindings('url', mask);
}

function valueFindings(kind: FieldKind, text: string): Findings {
  const reading = readAs(kind, text);
  if (reading.ok) return { indicators: [reading.value], faults: [] };
  const fault = { kind: 'bad-indicator', text: `${excerpt(text)} ${reading.problem}` } as const;
  return { indicators: [], faults: [fault] };
}

function wholeOr(kind: FieldKind, text: string, otherwise: string): Findings {
  const reading = readAs(kind, text);
  return reading.ok ? { indicators: [reading.value], faults: [] } : unsupported(otherwise);
}
