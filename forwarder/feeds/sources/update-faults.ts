import { messageOf, ServiceError } from '../../core/index.js';

const diskFaults: Readonly<Record<string, string>> = {
  ENOSPC: 'free space on its disk',
  EDQUOT: 'free space on its disk, or raise the quota of the user of the service',
  EACCES: 'let the user of the service write there',
  EPERM: 'let the user of the service write there',
  EROFS: 'name a folder on a disk that can be written',
  ENOTDIR: 'name a folder, not a file',
  EEXIST: 'name a folder, not a file',
};

/** Any failure of an update as a ServiceError; `address` as it may be shown. */
export function updateFault(error: unknown, address: string, directory: string): ServiceError {
  if (error instanceof ServiceError) return error;
  const code = (error as { code?: unknown } | null)?.code;
  const hint = typeof code === 'string' ? diskFaults[code] : undefined;
  if (hint !== undefined) {
    return new ServiceError('TF_FEED', `cannot keep the feed: ${messageOf(error)}`, {
      where: directory,
      hint: `downloads.directory: ${hint}`,
      retryable: true,
      cause: error,
    });
  }
  return new ServiceError('TF_FEED', `cannot update the feed: ${messageOf(error)}`, {
    where: address,
    retryable: true,
    cause: error,
  });
}
