import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

import { feedFormats } from './list-files.js';
import type { FeedFormat } from './list-files.js';
import { choiceOf, countOf, listOf, shareOf, UsageError } from './option-values.js';
import { programs } from './programs/index.js';
import type { BenchProgram, ProgramPaths } from './programs/index.js';
import { familyChoices } from './work-set.js';
import type { FamilyChoice, WorkSet } from './work-set.js';

export const suiteNames = [
  'compare',
  'latency',
  'growth',
  'swap',
  'feeds',
  'replace',
  'lookups',
] as const;
export type SuiteName = (typeof suiteNames)[number];

/** What the command line asks for, checked and with the defaults filled in. */
export interface BenchOptions {
  readonly suite: SuiteName;
  readonly events: number;
  readonly bytes: number;
  readonly candidates: number;
  readonly indicators: number;
  readonly hitRate: number;
  readonly maskShare: number;
  readonly seed: number;
  readonly family: FamilyChoice;
  readonly feedFormat: FeedFormat;
  readonly programs: readonly BenchProgram[];
  readonly paths: ProgramPaths;
  readonly rounds: number;
  readonly peerEvents: number;
  readonly warmUpEvents: number;
  readonly memoryMebibytes: number;
  /** Events per second; `half` of what was measured first. */
  readonly rate: number | 'half';
  readonly seconds: number;
  readonly everySeconds: number;
  readonly sizes: readonly number[];
  readonly masks: number;
  readonly swaps: number;
  readonly connections: number;
  readonly window: number;
  readonly keep: boolean;
  readonly closeAfterReply: boolean;
  readonly json: boolean;
  readonly help: boolean;
}

interface OptionText {
  readonly default?: string;
  readonly help: string;
}

/** The options in the order of the help. */
export const optionTexts = {
  events: { default: '1000000', help: 'events for the floor and the forwarder' },
  bytes: { default: '634', help: 'mean size of an event; with family proxy the size of each' },
  candidates: { default: '11', help: 'addresses, hashes, hosts and URLs in an event' },
  indicators: { default: '1000000', help: 'indicators in the list' },
  'hit-rate': { default: '0.01', help: 'share of events that hold an indicator' },
  'mask-share': { default: '0.25', help: 'share of indicators that are URL masks host/folder/*' },
  seed: { default: '1', help: 'same seed and parameters, same bytes' },
  family: { default: 'proxy', help: `events of one kind or of all: ${familyChoices.join(', ')}` },
  'feed-format': { default: 'json', help: `feed of the forwarder: ${feedFormats.join(', ')}` },
  memory: { default: '256', help: 'MiB of events made beforehand; more events repeat them' },
  rounds: { default: '3', help: 'compare, growth, lookups: how often, by turns' },
  'warm-up': {
    default: '100000',
    help: 'events before, not counted: Node compiles what runs often',
  },
  programs: {
    default: programs.map(({ name }) => name).join(','),
    help: 'compare, lookups: which programs',
  },
  'peer-events': { default: '50000', help: 'compare: events for the other programs' },
  rate: {
    default: '10000',
    help: 'latency, swap, replace, lookups: events per second, or half of the most',
  },
  seconds: { default: '20', help: 'latency, replace, each load of lookups: for how long' },
  every: { default: '5', help: 'replace: seconds from one version of the feed to the next' },
  sizes: { default: '10000,100000,1000000,10000000', help: 'growth: how many indicators' },
  masks: {
    default: '100000',
    help: 'growth: masks in addition to 1,000,000 others; 0 = leave out',
  },
  swaps: { default: '5', help: 'swap: how often the feed is replaced' },
  connections: { default: '500', help: 'lookups: at a time' },
  window: { default: '8', help: 'lookups --keep: requests on their way on each connection' },
  forwarder: { help: 'the service to measure instead of this one: …/tools/threat-forwarder.js' },
  'syslog-ng': { help: 'file of syslog-ng, where it is not on the PATH' },
  rsyslogd: { help: 'file of rsyslogd, where it is not on the PATH' },
  'fluent-bit': { help: 'file of Fluent Bit' },
} satisfies Record<string, OptionText>;

type TextOption = keyof typeof optionTexts;

/** Where a suite is about something else than events by the million. */
export const suiteDefaults: Partial<Record<SuiteName, Partial<Record<TextOption, string>>>> = {
  // What Tracer is said to have been tried with; the rate is two and a half times KUMA's default.
  lookups: {
    indicators: '1500000',
    programs: 'floor,forwarder',
    rate: '2500',
    'warm-up': '10000',
  },
};

/** Options without a value, in the order of the help. */
export const flagTexts = {
  keep: 'lookups: on kept connections too, many requests on each',
  'close-after-reply': 'lookups: the program closes each connection, not the client',
  json: 'the figures as JSON on standard output, with what the machine is',
  help: 'this text',
} as const;
const flags = {
  keep: { type: 'boolean' },
  'close-after-reply': { type: 'boolean' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const satisfies Record<keyof typeof flagTexts, object>;

/** Reads the command line. Throws UsageError for anything that is not known or not possible. */
export function parseOptions(args: readonly string[]): BenchOptions {
  const { values, positionals } = parse(args);
  if (positionals.length > 1) throw new UsageError(`one suite at a time: ${positionals.join(' ')}`);
  const suite = choiceOf(positionals[0] ?? 'compare', 'suite', suiteNames);
  const text = (name: TextOption): string => {
    const known: OptionText = optionTexts[name];
    return values[name] ?? suiteDefaults[suite]?.[name] ?? known.default ?? '';
  };
  const path = (name: TextOption): string | undefined => {
    const given = values[name];
    return given === undefined ? undefined : resolve(given);
  };
  const count = (name: TextOption, least: number): number => countOf(text(name), name, least);
  return {
    suite,
    events: count('events', 1),
    bytes: count('bytes', 100),
    candidates: count('candidates', 7),
    indicators: count('indicators', 1),
    hitRate: shareOf(text('hit-rate'), 'hit-rate'),
    maskShare: shareOf(text('mask-share'), 'mask-share'),
    seed: count('seed', 0),
    family: choiceOf(text('family'), 'family', familyChoices),
    feedFormat: choiceOf(text('feed-format'), 'feed-format', feedFormats),
    programs: listOf(text('programs'), 'programs', programNamed),
    paths: {
      forwarder: path('forwarder'),
      'syslog-ng': path('syslog-ng'),
      rsyslogd: path('rsyslogd'),
      'fluent-bit': path('fluent-bit'),
    },
    rounds: count('rounds', 1),
    peerEvents: count('peer-events', 1),
    warmUpEvents: count('warm-up', 0),
    memoryMebibytes: count('memory', 1),
    rate: text('rate') === 'half' ? 'half' : count('rate', 1),
    seconds: count('seconds', 1),
    everySeconds: count('every', 1),
    sizes: listOf(text('sizes'), 'sizes', (size, name) => countOf(size, name, 1)),
    masks: count('masks', 0),
    swaps: count('swaps', 1),
    connections: count('connections', 1),
    window: count('window', 1),
    keep: values.keep === true,
    closeAfterReply: values['close-after-reply'] === true,
    json: values.json === true,
    help: values.help === true,
  };
}

/** The work set of `events` events at most: as many distinct ones as fit into --memory. */
export function workSetOf(options: BenchOptions, events: number): WorkSet {
  const fitting = Math.floor((options.memoryMebibytes * 1_048_576) / (options.bytes + 1));
  const { seed, bytes, candidates, indicators, maskShare, hitRate, family } = options;
  return {
    seed,
    events: Math.max(1, Math.min(events, fitting)),
    bytes,
    candidates,
    indicators,
    maskShare,
    hitRate,
    family,
  };
}

function parse(args: readonly string[]): {
  values: Partial<Record<TextOption, string> & Record<keyof typeof flags, boolean>>;
  positionals: string[];
} {
  const texts = Object.fromEntries(
    Object.keys(optionTexts).map((name) => [name, { type: 'string' as const }]),
  );
  try {
    return parseArgs({ args: [...args], options: { ...texts, ...flags }, allowPositionals: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function programNamed(name: string): BenchProgram {
  const found = programs.find((program) => program.name === name);
  if (found !== undefined) return found;
  const known = programs.map((program) => program.name).join(', ');
  throw new UsageError(`--programs ${name}: the programs are ${known}`);
}
