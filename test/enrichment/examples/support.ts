import { fileURLToPath } from 'node:url';

import type {
  CreateEnricher,
  Enricher,
  EnricherInput,
} from '../../../forwarder/enrichment/index.js';

/** Absolute path of an example. */
export function examplePath(name: string): string {
  return fileURLToPath(new URL(`../../../docs/examples/enrichers/${name}.mjs`, import.meta.url));
}

/** Makes the enricher of an example in this thread. */
export async function makeExample(name: string, options?: unknown): Promise<Enricher> {
  const module = (await import(examplePath(name))) as { readonly default: CreateEnricher };
  return module.default(options);
}

/** An event with these parts. */
export function event(parts: Partial<EnricherInput>): EnricherInput {
  return { values: {}, observables: [], request: [], text: '', ...parts };
}

/** A request with one value. */
export function request(key: 'url' | 'ip' | 'hash', text: string): EnricherInput {
  return event({ request: [{ key, text }], text: `${key}=${text}` });
}
