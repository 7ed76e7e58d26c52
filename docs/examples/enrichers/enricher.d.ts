/**
 * What an enricher module is; docs/reference/enrichers.md says what happens around it.
 *
 *     // @ts-check
 *     /** @type {import('./enricher.js').CreateEnricher} *\/
 *     export default (options) => ({
 *       enrich: ({ request }) => request.map(({ text }) => ({ matched: text, fields: { length: text.length } })),
 *     });
 */

/** What an enricher is asked about: plain data. */
export interface EnricherInput {
  /** What the rules found in the event, by the rule's name: `RE_URL`, `RE_USERNAME`, `SRC_IP`. */
  readonly values: Readonly<Record<string, string>>;
  /** What is looked up in the feeds: as it stood in the event, and its normal form. */
  readonly observables: readonly {
    /** `url`, `domain`, `ip`, `md5`, `sha1`, `sha256`. */
    readonly kind: string;
    readonly text: string;
    readonly value: string;
  }[];
  /** The values of a request of KUMA, `…|url=V|hash=V|ip=V`: hashes first, then addresses, then URLs. */
  readonly request: readonly { readonly key: 'url' | 'ip' | 'hash'; readonly text: string }[];
  /** The event as it came. */
  readonly text: string;
}

/** One answer: a line of the reply. */
export interface EnricherAnswer {
  /** The value it is about (`MatchedIndicator`); the first value of the request when absent. */
  readonly matched?: string | undefined;
  /** In place of the enricher's own category: letters, digits, `_`, `.`, `-`. */
  readonly category?: string | undefined;
  /** What is known: texts, numbers, truth values, lists of them, objects of them. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Nothing known: `null`, `undefined` or an empty list. */
export type EnricherReply = EnricherAnswer | readonly EnricherAnswer[] | null | undefined;

export interface Enricher {
  /** Asked once an event. It may throw; and while it waits for something it is asked again. */
  enrich(input: EnricherInput): EnricherReply | Promise<EnricherReply>;
}

/** The default export of a module; gets what stands under `options` of its entry. */
export type CreateEnricher = (options: unknown) => Enricher | Promise<Enricher>;
