export { openDictionaries } from './dictionaries/dictionaries.js';
export type { Dictionaries, DictionaryOptions } from './dictionaries/dictionaries.js';
export type { Enrichment } from './enrichment.js';
export { mostRequestValues, requestValues } from './request-values.js';
export type { RequestValue } from './request-values.js';
