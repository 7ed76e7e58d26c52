import type { RequestValue } from '../request-values.js';

/**
 * What a module of the operator's is: the default export makes an enricher. The same types for
 * authors of modules are in docs/examples/enrichers/enricher.d.ts; a test holds the two together.
 */

/** What an enricher is asked about: plain data. */
export interface EnricherInput {
  /** What the rules found in the event, by the rule's name. */
  readonly values: Readonly<Record<string, string>>;
  /** What is looked up in the feeds: as it stood in the event, and its normal form. */
  readonly observables: readonly {
    readonly kind: string;
    readonly text: string;
    readonly value: string;
  }[];
  /** The values of a request of KUMA: `…|url=V|hash=V|ip=V`. */
  readonly request: readonly RequestValue[];
  /** The event as it came. */
  readonly text: string;
}

/** One answer. */
export interface EnricherAnswer {
  /** The value it is about; the first value of the request when absent. */
  readonly matched?: string | undefined;
  /** In place of the enricher's own category. */
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
