export { startCybertraceListener } from './cybertrace/index.js';
export type { CybertraceListener, CybertraceListenerOptions, Reply } from './cybertrace/index.js';
export { decodeLine, decodeProblems } from './envelope.js';
export type { DecodedLine, DecodeOptions, DecodeProblem } from './envelope.js';
export { lostPayloads } from './envelope-fields.js';
export { defaultMaxLineBytes, LineFramer } from './framing.js';
export type { LineFramerOptions } from './framing.js';
export { startListener } from './listener.js';
export type { IntakeListener, ListenerOptions } from './listener-options.js';
export { perLine } from './per-line.js';
export type { RejectReason } from './connection.js';
export type { ListenerTls } from './tls-server.js';
export {
  createLoopGuard,
  defaultLogSourceTypes,
  loopWatchWords,
  verificationTool,
} from './loop-guard.js';
export type { LoopGuardOptions } from './loop-guard.js';
export { createLoopLayers, holdsText, loopLayerWords } from './loop-guard-layers.js';
export type { LoopLayersOptions, OwnLayer } from './loop-guard-layers.js';
export { logSourceOf } from './log-source.js';
export { checkListenerTls } from './tls-server.js';
