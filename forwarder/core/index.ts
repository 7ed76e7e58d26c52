export * from './detection.js';
export * from './errors.js';
export * from './event.js';
export * from './feed.js';
export * from './indicator.js';
export * from './result.js';
export * from './stages.js';
export * from './telemetry.js';
