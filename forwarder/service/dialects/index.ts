/** How messages and replies are written: the ready dialects, and those of the configuration. */
export { createCollectorRenderer } from './collector-renderer.js';
export { longestReplyBytes } from './dialect.js';
export type { Dialect, DialectOptions } from './dialect.js';
export { loadDialects } from './load-dialects.js';
export { readyDialects } from './ready-dialects.js';
