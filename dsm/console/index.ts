/**
 * The console of JSA (QRadar) through its REST API: opening it, searching its events, setting it up.
 * Imported by this index alone and only when needed, never from dsm/index.ts: it takes time to load.
 */
export { aqlName, aqlText } from './aql.js';
export { searchEvents } from './ariel.js';
export type { SearchOptions } from './ariel.js';
export { filterText } from './console-client.js';
export type {
  ConsoleClient,
  ConsoleFacts,
  Exchange,
  ListQuery,
  Query,
  Sending,
} from './console-client.js';
export { ConsoleError, isAnswer } from './console-error.js';
export type { ConsoleErrorCode, ConsoleErrorDetails } from './console-error.js';
export { openConsole } from './open-console.js';
export type { ConsoleOptions } from './open-console.js';
export { newestKnownVersion } from './versions.js';
export { applySetup, planSetup, removeSetup } from './setup/index.js';
