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
export { defaultEnricherTiming } from './enrichers/timing.js';
export type { EnricherTiming } from './enrichers/timing.js';
export type { Enrichment } from './enrichment.js';
export { mostRequestValues, requestValues } from './request-values.js';
export type { RequestValue } from './request-values.js';
