export { startCybertraceListener } from './listener.js';
export type { CybertraceListener, CybertraceListenerOptions } from './options.js';
export type { Reply } from './reply.js';
