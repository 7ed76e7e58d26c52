export { createMetrics } from './counters.js';
export type { Metrics, Sample } from './counters.js';
export { createLogger, logLevels, silentLogger } from './log.js';
export type { LoggerOptions, LogLevel } from './log.js';
export { LogFile } from './log-file.js';
export type { LogFileOptions } from './log-file.js';
export { limitLog } from './log-limit.js';
export { metricDescriptions, metricHelp } from './metric-help.js';
