import type { ImportRequest, ImportResult } from './import-files.js';

export type { ImportedConfig, ImportRequest, ImportResult } from './import-files.js';
export { countByStatus, importStatuses } from './report.js';
export type { ImportItem, ImportStatus } from './report.js';

/**
 * Imports files of CyberTrace: kl_feed_service.conf of any version, perhaps kl_feed_info.conf and
 * log_scanner.conf. Throws ServiceError TF_CONFIG for a file that cannot be read or is none of them,
 * TF_USAGE for two of a kind. Its libraries are loaded when it is called.
 */
export async function importCybertrace(request: ImportRequest): Promise<ImportResult> {
  const { importFiles } = await import('./import-files.js');
  return importFiles(request);
}
