export { createMetrics } from './counters.js';
export type { Metrics, Sample } from './counters.js';
export { createLogger, logLevels, silentLogger } from './log.js';
export type { LoggerOptions, LogLevel } from './log.js';
export { metricDescriptions, metricHelp } from './metric-help.js';
