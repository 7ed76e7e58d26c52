export { openDictionaries } from './dictionaries/dictionaries.js';
export type { Dictionaries, DictionaryOptions } from './dictionaries/dictionaries.js';
export type {
  CreateEnricher,
  Enricher,
  EnricherAnswer,
  EnricherInput,
  EnricherReply,
} from './enrichers/enricher-module.js';
export { startEnrichers } from './enrichers/enrichers.js';
export type { EnricherOptions, Enrichers } from './enrichers/enrichers.js';
export { answerLimits } from './enrichers/read-reply.js';
export { defaultEnricherLimits } from './enrichers/limits.js';
export type { EnricherLimits } from './enrichers/limits.js';
export type { Enrichment } from './enrichment.js';
export { mostRequestValues, requestValues } from './request-values.js';
export type { RequestValue } from './request-values.js';
