import { bad, ok, type Indicator } from '../../../core/index.js';
import { ipIndicator, urlIndicator, type Reading } from '../../read-indicator.js';
import { listDomain, listIndicator } from '../list/indicator.js';

/** How the entries of a warninglist are compared with values (MISP warninglists, "type"). */
export const warninglistTypes = ['cidr', 'hostname', 'string', 'substring', 'regex'] as const;
export type WarninglistType = (typeof warninglistTypes)[number];

/** A word that stands in so many URLs that it says nothing. */
const shortestSubstring = 4;
const scheme = /^[a-z][a-z0-9+.-]*:\/\//i;

/** The indicator of one entry, or why there is none: the end of a sentence about it. */
export function readEntry(type: WarninglistType, text: string): Reading {
  switch (type) {
    case 'cidr':
      return ipIndicator(text);
    case 'hostname':
      return hostname(text);
    case 'string':
      return whole(listIndicator(text));
    case 'substring':
      return substring(text);
    case 'regex':
      return bad('is a regular expression, which is not evaluated');
    default:
      return type satisfies never;
  }
}

/** The name and all below it; addresses and URLs stand in such lists too. */
function hostname(text: string): Reading {
  const domain = listDomain(text);
  return domain.ok ? domain : whole(listIndicator(text));
}

/** What must be equal as a whole: of a name only itself, with every path, not the names below it. */
function whole(reading: Reading): Reading {
  if (!reading.ok || reading.value.kind !== 'domain') return reading;
  return ok({ kind: 'url', value: reading.value.value } satisfies Indicator);
}

/** A mask of URLs. One that begins with a scheme stands at the start, where masks have none. */
function substring(text: string): Reading {
  if (text.includes('*')) return bad('holds a * that is meant literally');
  const rest = text.replace(scheme, '');
  if (rest.replace(/[^\p{L}\p{N}]/gu, '').length < shortestSubstring) {
    return bad('would cover too many URLs');
  }
  return urlIndicator(rest === text ? `*${rest}*` : `${rest}*`);
}
