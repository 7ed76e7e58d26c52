import { ServiceError, type DecodedEvent, type Extraction, type Extractor } from '../core/index.js';
import { parseIp } from '../normalise/index.js';
import { addEnvelopeValues, searchBuiltIn } from './built-in-source.js';
import {
  compileSource,
  prepare,
  searchConfigured,
  type ConfiguredSource,
} from './configured-source.js';
import { eventText, payloadOf } from './event-text.js';
import { explainWith, type Explanation } from './explanation.js';
import { Findings, type Trace } from './findings.js';
import { defaultSourceName, type ExtractionOptions } from './options.js';
import { PropertyKinds } from './property-kinds.js';

/** An extractor that can also say why it found what it found. */
export interface ExplainingExtractor extends Extractor {
  /** The same extraction by the same code, with the place of each value and the choice of source. */
  explain(decoded: DecodedEvent, peer: string): Explanation;
}

const maxRememberedPeers = 4096;

class SourceExtractor implements ExplainingExtractor {
  readonly #specific: readonly ConfiguredSource[];
  readonly #configuredDefault: ConfiguredSource | undefined;
  readonly #properties: PropertyKinds;
  readonly #byPeer = new Map<string, readonly ConfiguredSource[]>();

  constructor(options: ExtractionOptions) {
    const names = new Set<string>();
    const sources = (options.sources ?? []).map((source, index) => {
      const path = `sources[${index}]`;
      if (names.has(source.name)) {
        throw new ServiceError('TF_CONFIG', `a second source is named "${source.name}"`, {
          where: `${path}.name`,
          hint: 'give every source its own name',
        });
      }
      names.add(source.name);
      return compileSource(source, path);
    });
    this.#specific = sources.filter(({ name }) => name !== defaultSourceName);
    this.#configuredDefault = sources.find(({ name }) => name === defaultSourceName);
    this.#properties = new PropertyKinds(options);
  }

  allowsScanner(peer: string): boolean {
    if (this.#configuredDefault !== undefined || !this.#properties.isDefault) return false;
    return this.#specific.length === 0 || this.#sourcesOf(peer).length === 0;
  }

  extract(decoded: DecodedEvent, peer: string): Extraction {
    return this.#run(decoded, this.#choose(decoded, peer), undefined);
  }

  explain(decoded: DecodedEvent, peer: string): Explanation {
    const source = this.#choose(decoded, peer);
    return explainWith(this.#reason(source), (trace) => this.#run(decoded, source, trace));
  }

  /** The specific sources that may apply to a peer's events, by the peer alone. */
  #sourcesOf(peer: string): readonly ConfiguredSource[] {
    const known = this.#byPeer.get(peer);
    if (known !== undefined) return known;
    const address = parseIp(peer) ?? peer;
    const sources = this.#specific.filter(({ isPeer }) => isPeer?.(address) ?? true);
    if (this.#byPeer.size >= maxRememberedPeers) this.#byPeer.clear();
    this.#byPeer.set(peer, sources);
    return sources;
  }

  #choose(decoded: DecodedEvent, peer: string): ConfiguredSource | undefined {
    if (this.#specific.length === 0) return undefined;
    let text: string | undefined;
    return this.#sourcesOf(peer).find(({ pattern }) => {
      if (pattern === undefined) return true;
      text ??= eventText(decoded, payloadOf(decoded));
      return pattern.matches(text);
    });
  }

  #reason(source: ConfiguredSource | undefined): string {
    if (source === undefined) {
      const kind = this.#configuredDefault === undefined ? 'the built-in source' : 'as configured';
      return `no other source applies: ${defaultSourceName} (${kind})`;
    }
    if (source.pattern === undefined) return 'the peer is in its list';
    return source.isPeer === undefined
      ? 'its pattern matches the event text'
      : 'the peer is in its list and its pattern matches the event text';
  }

  #run(
    decoded: DecodedEvent,
    specific: ConfiguredSource | undefined,
    trace: Trace | undefined,
  ): Extraction {
    const first = specific ?? this.#configuredDefault;
    const findings = new Findings(trace);
    const name = first?.name ?? defaultSourceName;
    const { observables, values } = findings;
    let payload = payloadOf(decoded);
    if (first !== undefined) {
      const prepared = prepare(first, decoded);
      if (prepared === undefined) return { source: name, isIgnored: true, observables, values };
      payload = prepared.payload;
      searchConfigured(first, decoded, prepared.text, findings);
      findings.closeRules();
      if (specific !== undefined && this.#configuredDefault !== undefined) {
        searchConfigured(this.#configuredDefault, decoded, prepared.text, findings);
      }
    }
    if (this.#configuredDefault === undefined) {
      searchBuiltIn(decoded, payload, this.#properties, findings);
    } else this.#addValuesOfEnvelope(decoded, findings);
    return { source: name, isIgnored: false, observables, values };
  }

  /** With a configured default the built-in rules are off; who and when stay known all the same. */
  #addValuesOfEnvelope(decoded: DecodedEvent, findings: Findings): void {
    if (decoded.kind === 'raw') return;
    addEnvelopeValues(decoded.fields, findings);
    for (const [field, rule] of [
      ['src', 'SRC_IP'],
      ['dst', 'DST_IP'],
    ] as const) {
      const address = decoded.fields.get(field);
      if (address !== undefined && parseIp(address) !== undefined) findings.addValue(rule, address);
    }
  }
}

/**
 * Creates the cold path's extractor. All patterns are compiled here: throws ServiceError TF_PATTERN
 * or TF_CONFIG that names the source, the rule and what to write instead. Afterwards nothing throws,
 * whatever the event.
 *
 *     createExtractor({}).extract({ kind: 'raw', text: 'GET http://a.example/x' }, '192.0.2.1')
 *     // source default, one url observable with value a.example/x, RE_URL = http://a.example/x
 */
export function createExtractor(options: ExtractionOptions): ExplainingExtractor {
  return new SourceExtractor(options);
}
