/** From matches to what is reported. Pure: the time and the counters are arguments. */
export { buildDetections } from './build-detections.js';
export {
  evaluationOutcome,
  finishedContext,
  statusOutcome,
  verificationContext,
} from './notices.js';
