import type { Config } from '../../config/index.js';
import type { CounterSource, Logger } from '../../core/index.js';
import { EnrichmentDesk } from './enrichment-desk.js';

/** An enrichment that was opened and is not in use yet: exactly one of the two is to be called. */
export interface OpenedEnrichment {
  /** From the next lookup on; what was in use before answers those that wait for it, and is closed. */
  use(): void;
  /** Closes it: it is not wanted after all. */
  discard(): Promise<void>;
}

/** Holds the dictionaries and enrichers in use, and replaces them as a whole. */
export class EnrichmentKeeper {
  readonly #tools: { readonly logger: Logger; readonly counters: CounterSource };
  #desk: EnrichmentDesk | undefined;
  /** No longer in use; their last answers are waited for. */
  readonly #retiring = new Set<EnrichmentDesk>();

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
        if (before !== undefined) void this.#retire(before);
      },
      discard: async () => {
        await next?.close();
      },
    };
  }

  async close(): Promise<void> {
    const desk = this.#desk;
    this.#desk = undefined;
    const all = desk === undefined ? [...this.#retiring] : [desk, ...this.#retiring];
    await Promise.all(all.map((one) => one.close()));
  }

  async #retire(desk: EnrichmentDesk): Promise<void> {
    this.#retiring.add(desk);
    await desk.retire();
    this.#retiring.delete(desk);
  }
}
