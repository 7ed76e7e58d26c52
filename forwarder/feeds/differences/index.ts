export { applyDifferences } from './apply-differences.js';
export {
  differenceLimits,
  type DifferenceFile,
  type DifferenceLimits,
  type DifferenceOptions,
} from './difference-file.js';
