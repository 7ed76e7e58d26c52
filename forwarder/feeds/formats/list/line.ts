import { parseIp } from '../../../normalise/index.js';
import type { Indicator } from '../../../core/index.js';
import { excerpt, type Reading } from '../../read-indicator.js';
import { listDomain, listIndicator } from './indicator.js';

/** What a line of a list says. A line without indicators and faults is a comment, or blank. */
export interface ListLine {
  /** One, or the distinct names of a line of a hosts file. */
  readonly indicators: readonly Indicator[];
  /** What cannot be used, one sentence part for each. */
  readonly faults: readonly string[];
}

const nothing: ListLine = { indicators: [], faults: [] };
const commentStart = /^(?:[#;]|\/\/)/;
const trailingComment = /[ \t][#;]/;
/** A hash and what a list says about it: `hash;description`, `hash,family`, `hash  file`. */
const describedHash = /^([\da-f]{32}|[\da-f]{40}|[\da-f]{64})[;,\s]/i;
const quoted = /^(["'])(.*)\1$/s;
/** Addresses that hosts files send a name to, so that it is not reached. */
const sinks: ReadonlySet<string> = new Set(['0.0.0.0', '127.0.0.1', '::', '::1']);
/** What every hosts file says of the machine itself; never an indicator. */
const ownNames: ReadonlySet<string> = new Set(
  ['0.0.0.0', 'local', 'localhost', 'localhost.localdomain', 'broadcasthost'].concat(
    ['localhost', 'loopback', 'localnet', 'mcastprefix', 'allnodes', 'allrouters', 'allhosts'].map(
      (name) => `ip6-${name}`,
    ),
  ),
);

/** Reads one line of a list, without its end. Never throws. */
export function readListLine(line: string): ListLine {
  const trimmed = line.trim();
  if (trimmed === '' || commentStart.test(trimmed)) return nothing;
  if (trimmed.includes('\ufffd')) return fault(trimmed, 'is not UTF-8');
  const hash = describedHash.exec(trimmed)?.[1];
  if (hash !== undefined) return one(hash, listIndicator(hash));
  const text = withoutQuotes(withoutComment(trimmed));
  if (text === '') return nothing;
  const words = text.split(/\s+/);
  return words.length === 1 ? one(text, listIndicator(text)) : hostsLine(text, words);
}

function withoutComment(text: string): string {
  const at = text.search(trailingComment);
  return at < 0 ? text : text.slice(0, at).trimEnd();
}

function withoutQuotes(text: string): string {
  return quoted.exec(text)?.[2]?.trim() ?? text;
}

/** `0.0.0.0 name …`, or a line about the machine itself; no other line has several words. */
function hostsLine(text: string, [address = '', ...names]: readonly string[]): ListLine {
  const wanted = names.filter((name) => !ownNames.has(name.toLowerCase()));
  const ip = parseIp(address.replace(/%\w+$/, ''));
  if (ip !== undefined && wanted.length === 0) return nothing;
  if (ip === undefined || !sinks.has(ip)) return fault(text, 'is more than one word');
  const indicators = new Map<string, Indicator>();
  const faults: string[] = [];
  for (const name of wanted) {
    const reading = listDomain(name);
    if (reading.ok) indicators.set(reading.value.value, reading.value);
    else faults.push(`${excerpt(name)} ${reading.problem}`);
  }
  return { indicators: [...indicators.values()], faults };
}

function one(text: string, reading: Reading): ListLine {
  if (!reading.ok) return fault(text, reading.problem);
  return { indicators: [reading.value], faults: [] };
}

function fault(text: string, reason: string): ListLine {
  return { indicators: [], faults: [`${excerpt(text)} ${reason}`] };
}
