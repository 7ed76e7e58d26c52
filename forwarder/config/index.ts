export { countByStatus, importCybertrace, importStatuses } from './cybertrace/index.js';
export type {
  ImportedConfig,
  ImportItem,
  ImportRequest,
  ImportResult,
  ImportStatus,
} from './cybertrace/index.js';
export { describeConfig } from './describe-config.js';
export type { DescribedValue } from './describe-config.js';
export { builtInConfig, loadConfig } from './load.js';
export type { Environment, LoadedConfig, LoadOptions } from './load.js';
export type { PlaceFinder } from './places.js';
export { ConfigError, formatPlace, formatProblem } from './problems.js';
export type { ConfigProblem, Place } from './problems.js';
export { makeOwnedFolder, writeOwnedFile } from './owned-file.js';
export {
  keyFilePath,
  keyFileVariable,
  readOrCreateKeyFile,
  readSecret,
  sealedPrefix,
  sealSecret,
} from './secrets/index.js';
export type { FoundSecret } from './secrets/index.js';
export { automaticWorkers } from './sections/matching.js';
export { configSchema } from './schema.js';
export type {
  AllowListConfig,
  CollectorConfig,
  ConsoleConfig,
  Config,
  CybertraceConfig,
  DialectConfig,
  EnrichmentConfig,
  FeedConfig,
  IntakeConfig,
  LookupConfig,
  SourceConfig,
} from './schema.js';
export { toJsonSchema } from './json-schema.js';
export { otherVariables } from './overrides.js';
export { formatDurationMs, parseDurationMs } from './values/duration.js';
export { withoutCredentials } from './values/collector-url.js';
export { listenForms, parseListen, tryParseListen } from './values/listen.js';
export type { ListenAddress } from './values/listen.js';
export { formatSizeBytes, parseSizeBytes } from './values/size.js';
export { editConfigText, readRawConfig, writeConfigFile } from './write-config.js';
export type { ConfigEdit, RawConfig } from './write-config.js';
