import { ServiceError } from '../core/index.js';
import { parseCidr, parseIp } from '../normalise/index.js';
import { defaultSourceName } from './options.js';
import type { SourceOptions } from './options.js';
import { compilePattern } from './patterns.js';
import type { LinearPattern } from './patterns.js';
import { compileOutput } from './replacement.js';
import type { Replacement } from './replacement.js';
import { compileRule } from './rule.js';
import type { Rule } from './rule.js';

/** A configured source, compiled. */
export interface Source {
  readonly name: string;
  /** Undefined: events of every peer. */
  readonly isPeer: ((address: string) => boolean) | undefined;
  readonly pattern: LinearPattern | undefined;
  readonly replacements: readonly Replacement[];
  readonly ignore: readonly { readonly name: string; readonly pattern: LinearPattern }[];
  readonly rules: readonly Rule[];
}

/** Throws ServiceError TF_PATTERN or TF_CONFIG with the place in the configuration. */
export function compileSource(options: SourceOptions, index: number): Source {
  const { name, peers, pattern, rules, replace = [], ignore = [] } = options;
  const path = `sources[${index}]`;
  if (name === defaultSourceName) refuseCondition(options, path);
  const compile = (text: string, field: string): LinearPattern =>
    compilePattern(text, { path: `${path}.${field}`, subject: `source ${name}` });
  return {
    name,
    isPeer: peers && peerTest(peers, path),
    pattern: pattern === undefined ? undefined : compile(pattern, 'pattern'),
    replacements: replace.map((rule, at) => ({
      name: `replace[${at}]`,
      pattern: compile(rule.pattern, `replace[${at}].pattern`),
      output: compileOutput(rule.with),
    })),
    ignore: ignore.map((text, at) => ({
      name: `ignore[${at}]`,
      pattern: compile(text, `ignore[${at}]`),
    })),
    rules: rules.map((rule, at) => compileRule(rule, name, `${path}.rules[${at}]`)),
  };
}

/** The source `default` is for all events that no other source takes: a condition would be in vain. */
function refuseCondition(options: SourceOptions, path: string): void {
  const condition = (['peers', 'pattern'] as const).find((key) => options[key] !== undefined);
  if (condition === undefined) return;
  throw new ServiceError(
    'TF_CONFIG',
    `the source "${defaultSourceName}" applies to every event that no other source takes`,
    {
      where: `${path}.${condition}`,
      hint: `leave ${condition} out, or give the source another name`,
    },
  );
}

/** Whether an address is one of, or lies in one of, the given addresses and ranges. */
function peerTest(peers: readonly string[], path: string): (address: string) => boolean {
  const addresses = new Set<string>();
  const ranges: { readonly bits: number; readonly value: string }[] = [];
  peers.forEach((peer, index) => {
    const address = parseIp(peer);
    const range = parseCidr(peer);
    if (address !== undefined) addresses.add(address);
    else if (range !== undefined) ranges.push(range);
    else {
      throw new ServiceError('TF_CONFIG', `"${peer}" is no address and no range`, {
        where: `${path}.peers[${index}]`,
        hint: 'write 192.0.2.10, 198.51.100.0/24 or 2001:db8::/32',
      });
    }
  });
  return (text) => {
    const address = parseIp(text);
    if (address === undefined) return false;
    // An address lies in a range when its own range of that length is the same.
    return (
      addresses.has(address) ||
      ranges.some(({ bits, value }) => parseCidr(`${address}/${bits}`)?.value === value)
    );
  };
}
