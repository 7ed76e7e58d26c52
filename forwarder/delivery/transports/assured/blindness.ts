import type { Logger } from '../../../core/index.js';
import { blindWindowBytes } from './acknowledgements.js';
import type { KernelQueues } from './kernel-queues.js';

/** Says once that the kernel's tables cannot be read, and what that means. */
export function tellBlindness(
  queues: KernelQueues,
  logger: Logger | undefined,
  url: string,
  reason: string,
): void {
  if (queues.isBlindnessTold || logger === undefined) return;
  queues.isBlindnessTold = true;
  logger.warn(
    'collector.no_kernel_offsets',
    `The kernel does not tell what collectors have acknowledged (${reason}): the last ${blindWindowBytes / 2 ** 20} MiB sent count as unacknowledged, and are sent again when a connection is lost`,
    { collector: url, hint: 'let the service read /proc/self/net/tcp and /proc/self/net/tcp6' },
  );
}
