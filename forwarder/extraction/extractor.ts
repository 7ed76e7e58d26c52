import { ServiceError } from '../core/index.js';
import type { DecodedEvent, Extraction, Extractor, Observable } from '../core/index.js';
import { parseIp } from '../normalise/index.js';
import { addEnvelopeValues, searchBuiltIn } from './built-in-source.js';
import { eventText, payloadOf } from './event-text.js';
import { Findings } from './findings.js';
import type { IgnoredReason, Trace } from './findings.js';
import { defaultSourceName } from './options.js';
import type { ExtractionOptions } from './options.js';
import { PropertyKinds } from './property-kinds.js';
import { replaceAll } from './replacement.js';
import { runRule } from './rule.js';
import { compileSource } from './source.js';
import type { Source } from './source.js';

const maxRememberedPeers = 4096;

/** An extraction with the way to it, for an operator who asks why. */
export interface ExplainedExtraction extends Extraction {
  /** Why this source was chosen. */
  readonly sourceReason: string;
  readonly found: readonly {
    readonly observable: Observable;
    /** The field it was found in: `payload`, a field's name, `text` for configured expressions. */
    readonly field: string;
    /** Characters before it in that field. */
    readonly offset: number;
  }[];
  readonly ignored: readonly {
    readonly rule: string;
    readonly text: string;
    readonly field: string;
    readonly offset: number;
    readonly reason: IgnoredReason;
  }[];
}

export interface ExplainingExtractor extends Extractor {
  /** extract() with every step noted: the same code, told to keep a trace. */
  explain(decoded: DecodedEvent, peer: string): ExplainedExtraction;
}

/**
 * Compiles the configured sources. Throws ServiceError TF_PATTERN for a pattern that cannot run in
 * linear time, TF_CONFIG for two sources of one name, a condition on the source `default`, or a rule
 * with a reserved name.
 */
export function createExtractor(options: ExtractionOptions = {}): ExplainingExtractor {
  const properties = new PropertyKinds(options);
  const compiled = (options.sources ?? []).map(compileSource);
  refuseDuplicates(compiled);
  const specific = compiled.filter(({ name }) => name !== defaultSourceName);
  const configuredDefault = compiled.find(({ name }) => name === defaultSourceName);

  const allowedPeers = new Map<string, boolean>();

  function choose(text: string, peer: string): Source | undefined {
    return specific.find(
      ({ isPeer, pattern }) =>
        (isPeer === undefined || isPeer(peer)) && (pattern === undefined || pattern.matches(text)),
    );
  }

  /** Asked for every event of the hot path, so the few peers there are are remembered. */
  function allowsScanner(peer: string): boolean {
    const known = allowedPeers.get(peer);
    if (known !== undefined) return known;
    // A source without peers may apply to anyone: only the exact rules know.
    const isAllowed =
      properties.isDefault &&
      configuredDefault === undefined &&
      specific.every(({ isPeer }) => isPeer !== undefined && !isPeer(peer));
    if (allowedPeers.size >= maxRememberedPeers) allowedPeers.clear();
    allowedPeers.set(peer, isAllowed);
    return isAllowed;
  }

  function runDefault(decoded: DecodedEvent, payload: string, into: Findings): void {
    if (configuredDefault === undefined) {
      searchBuiltIn(decoded, payload, properties, into);
      return;
    }
    const input = { decoded, payload, text: eventText(decoded, payload) };
    for (const rule of configuredDefault.rules) runRule(rule, input, into);
    if (decoded.kind === 'envelope') addEnvelopeFacts(decoded.fields, into);
  }

  function extract(decoded: DecodedEvent, peer: string, trace?: Trace): Extraction {
    const findings = new Findings(trace);
    const source =
      specific.length === 0 ? undefined : choose(eventText(decoded, payloadOf(decoded)), peer);
    const used = source ?? configuredDefault;
    const name = used?.name ?? defaultSourceName;
    let payload = payloadOf(decoded);
    for (const replacement of used?.replacements ?? []) {
      const before = payload;
      payload = replaceAll(before, replacement, (at) => {
        findings.notSearched(replacement.name, before, 'payload', at);
      });
    }
    if (used !== undefined && (source !== undefined || used.ignore.length > 0)) {
      const text = eventText(decoded, payload);
      if (isDropped(used, text, findings)) return ignored(name, findings);
      if (source !== undefined) {
        for (const rule of source.rules) runRule(rule, { decoded, payload, text }, findings);
        findings.closeRules();
      }
    }
    runDefault(decoded, payload, findings);
    const { observables, values } = findings;
    return { source: name, isIgnored: false, observables, values, ...effort(findings) };
  }

  return {
    extract: (decoded, peer) => extract(decoded, peer),
    explain(decoded, peer) {
      const found: ExplainedExtraction['found'][number][] = [];
      const notTaken: ExplainedExtraction['ignored'][number][] = [];
      const extraction = extract(decoded, peer, {
        found: (observable, field, offset) => found.push({ observable, field, offset }),
        ignored: (rule, text, field, offset, reason) =>
          notTaken.push({ rule, text, field, offset, reason }),
      });
      const chosen = specific.find(({ name }) => name === extraction.source);
      const sourceReason = reasonOf(chosen, configuredDefault !== undefined);
      return { ...extraction, sourceReason, found, ignored: notTaken };
    },
    allowsScanner,
  };
}

/** Whether an ignore rule matches; notes which, and where. */
function isDropped({ ignore }: Source, text: string, into: Findings): boolean {
  const dropping = ignore.find(({ pattern }) => pattern.matches(text));
  if (dropping === undefined) return false;
  for (const { start, groups } of dropping.pattern.findAll(text)) {
    into.droppedBy(dropping.name, groups[0] ?? '', start);
    break;
  }
  return true;
}

function ignored(source: string, findings: Findings): Extraction {
  return { source, isIgnored: true, observables: [], values: new Map(), ...effort(findings) };
}

function effort({ patternsGivenUp }: Findings): Pick<Extraction, 'patternsGivenUp'> {
  return patternsGivenUp === 0 ? {} : { patternsGivenUp };
}

/** What messages show of an envelope whoever's rules are used: user, time and the two addresses. */
function addEnvelopeFacts(fields: ReadonlyMap<string, string>, into: Findings): void {
  addEnvelopeValues(fields, into);
  for (const [field, rule] of [
    ['src', 'SRC_IP'],
    ['dst', 'DST_IP'],
  ] as const) {
    const address = parseIp(fields.get(field) ?? '');
    if (address !== undefined) into.addValue(rule, address);
  }
}

function reasonOf(chosen: Source | undefined, hasConfiguredDefault: boolean): string {
  if (chosen === undefined) {
    return hasConfiguredDefault ? 'no other source applies' : 'built in; no other source applies';
  }
  const reasons = [
    ...(chosen.isPeer === undefined ? [] : ['its peers have the address']),
    ...(chosen.pattern === undefined ? [] : ['its pattern matches the event']),
  ];
  return reasons.length === 0 ? 'it takes every event' : reasons.join(' and ');
}

function refuseDuplicates(sources: readonly Source[]): void {
  sources.forEach(({ name }, index) => {
    if (sources.findIndex((source) => source.name === name) === index) return;
    throw new ServiceError('TF_CONFIG', `two sources are called "${name}"`, {
      where: `sources[${index}].name`,
      hint: 'give each source a name of its own',
    });
  });
}
