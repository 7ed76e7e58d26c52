/** From matches to what is reported. Pure: the time and the counters are arguments. */
export { buildDetections, categoryOf } from './build-detections.js';
export { Canary } from './loop/canary.js';
export { CircuitBreaker } from './loop/circuit-breaker.js';
export type { BreakerSettings, BreakerTrip } from './loop/circuit-breaker.js';
export { LoopAlarm } from './loop/loop-alarm.js';
export type { LoopLayer, LoopSighting } from './loop/loop-alarm.js';
export { LineDigest } from './message-id.js';
export {
  evaluationOutcome,
  finishedContext,
  finishedOutcome,
  statusOutcome,
  verificationContext,
} from './notices.js';
export { StormControl } from './storm/storm-control.js';
export type {
  Asset,
  Moment,
  StormCase,
  StormSettings,
  StormVerdict,
} from './storm/storm-control.js';
