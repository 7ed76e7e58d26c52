import type { Config } from '../../config/index.js';
import type { CounterSource, Logger } from '../../core/index.js';
import { EnrichmentDesk } from './enrichment-desk.js';

/** An enrichment that was opened and is not in use yet: exactly one of the two is to be called. */
export interface OpenedEnrichment {
  /** From the next lookup on; what was in use before is closed. */
  use(): void;
  /** Closes it: it is not wanted after all. */
  discard(): Promise<void>;
}

/** Holds the dictionaries and enrichers in use, and replaces them as a whole. */
export class EnrichmentKeeper {
  readonly #tools: { readonly logger: Logger; readonly counters: CounterSource };
  #desk: EnrichmentDesk | undefined;

  constructor(tools: { readonly logger: Logger; readonly counters: CounterSource }) {
    this.#tools = tools;
  }

  get desk(): EnrichmentDesk | undefined {
    return this.#desk;
  }

  /** Opens what a configuration names, files read anew. Throws ServiceError TF_CONFIG. */
  async open({ enrichment }: Config): Promise<OpenedEnrichment> {
    const next = await EnrichmentDesk.open(enrichment, this.#tools);
    return {
      use: () => {
        const before = this.#desk;
        this.#desk = next;
        // Lookups that wait for it get their answers, or none.
        void before?.close();
      },
      discard: async () => {
        await next?.close();
      },
    };
  }

  async close(): Promise<void> {
    const desk = this.#desk;
    this.#desk = undefined;
    await desk?.close();
  }
}
