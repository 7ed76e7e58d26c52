import { getPublicSuffix, parse } from 'tldts';

/** The names are normal forms already: nothing of a URL is in them. */
const asTheyAre = { extractHostname: false, validateHostname: false, detectIp: false };

/** No rule of the list has more labels (`pvt.k12.ma.us`). */
const mostLabels = 4;

/**
 * Top-level domains with no suffix of their own below them in the ICANN part of the list: their
 * names, the bulk of every feed, need not be looked up.
 */
export const flatTopLevels: ReadonlySet<string> = new Set(
  'com net org info biz xyz top site online club shop live store tech app dev'.split(' '),
);

/**
 * Whether anybody may register names below a host name: it is in the ICANN part of the public suffix
 * list (`com`, `co.uk`). Names of the list's private part (`github.io`) have one owner, and are
 * ordinary domains.
 */
export function isPublicSuffix(host: string): boolean {
  const last = host.lastIndexOf('.') + 1;
  if (last > 0 && flatTopLevels.has(host.slice(last))) return false;
  let labels = 1;
  for (let dot = host.indexOf('.'); dot >= 0; dot = host.indexOf('.', dot + 1)) {
    labels += 1;
    if (labels > mostLabels) return false;
  }
  // Of a name under no known suffix the last label counts as one; here it must be known.
  return labels === 1
    ? parse(host, asTheyAre).isIcann === true
    : getPublicSuffix(host, asTheyAre) === host;
}

/** A name of one label: a top-level domain, whether it is known or not, or a word. */
export function isSingleLabel(host: string): boolean {
  return !host.includes('.');
}
