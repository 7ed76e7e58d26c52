export {
  defaultKeyFileName,
  keyFilePath,
  keyFileVariable,
  readKeyFile,
  readOrCreateKeyFile,
} from './key-file.js';
export { readSecret } from './read-secret.js';
export type { FoundSecret } from './read-secret.js';
export { openSecret, sealedPrefix, sealSecret } from './sealed-text.js';
export type { SecretKey } from './sealed-text.js';
