export type { FileFacts, SpoolFile, SpoolFiles } from './files.js';
export { machineFiles } from './files.js';
export { publishSpoolGauges } from './gauges.js';
export { openSpool } from './open-spool.js';
export type { SpoolOptions, SpoolTiming } from './options.js';
export type { Entry, Spool, SpoolEvents } from './spool.js';
