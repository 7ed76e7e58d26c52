export { startCollector, type Collector, type CollectorOptions } from './collector.js';
export { wrapInEnvelope, type EnvelopeDetails, type ForwardingFormat } from './envelope.js';
export { VerificationError, type VerificationErrorCode } from './errors.js';
export { readExpected, type ExpectedResults, type Expectation } from './expected.js';
export type { UnexpectedDetections, VerificationRow } from './judge.js';
export type { QuestionAnswer } from './questions.js';
export {
  toJson,
  type StopReason,
  type VerificationJson,
  type VerificationReport,
} from './report.js';
export { defaultIdentifier, runVerification, type VerificationOptions } from './run.js';
export type { ServiceAddress } from './sender.js';
export { toText, type TextReportOptions } from './text-report.js';
