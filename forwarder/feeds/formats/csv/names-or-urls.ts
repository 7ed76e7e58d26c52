import { parse } from 'tldts';
import { normaliseHost } from '../../../normalise/index.js';
import type { SampleRow } from './delimiter.js';
import { listIndicator } from '../list/indicator.js';

/** Top-level domains that are file endings rather: `invoice.zip`, `run.sh`. */
const fileEndings: ReadonlySet<string> = new Set('app md mov pl ps py rs sh so zip'.split(' '));
/** Names for examples and tests (RFC 2606), which are in no list of suffixes. */
const reserved: ReadonlySet<string> = new Set(['example', 'test', 'invalid', 'onion']);

/**
 * Which column counts of one with names and a later one with URLs, where no heading says it. URLs on
 * the named hosts are more exact, and beside names of files they are all there is. Names that have
 * nothing to do with the hosts are what the URLs tell of when all of these are on one host, as with
 * `bad.example,necurs,http://reports.example/necurs.txt`; else it is not known: no column.
 */
export function namesOrUrls(
  rows: readonly SampleRow[],
  names: number,
  urls: number,
): readonly number[] {
  const hosts = new Set<string>();
  const distinctNames = new Set<string>();
  let filled = 0;
  let own = 0;
  let files = 0;
  for (const { cells } of rows) {
    const name = hostOf(cells[names] ?? '');
    const host = hostOf(cells[urls] ?? '');
    if (name === undefined || host === undefined) continue;
    filled += 1;
    hosts.add(host);
    distinctNames.add(name);
    if (isWithin(host, name) || isWithin(name, host)) own += 1;
    else if (!isDomainName(name)) files += 1;
  }
  if ((own + files) * 2 >= filled) return [urls];
  return hosts.size === 1 && distinctNames.size > 1 ? [names] : [];
}

/** The host of what a cell looks like. */
function hostOf(cell: string): string | undefined {
  const reading = listIndicator(cell);
  if (!reading.ok) return undefined;
  const { value } = reading.value;
  return normaliseHost(/^[^/?]*/.exec(value)?.[0] ?? '');
}

function isWithin(host: string, name: string): boolean {
  return host === name || host.endsWith(`.${name}`);
}

function isDomainName(name: string): boolean {
  const ending = name.slice(name.lastIndexOf('.') + 1);
  if (fileEndings.has(ending)) return false;
  return reserved.has(ending) || parse(name).isIcann === true;
}
