import { checkCollector } from './collector-options.js';
import type { CollectorOptions } from './collector-options.js';
import { datagramLineBytes, streamLineBytes } from './transports/kind.js';

/**
 * The longest line, header included, that every one of these collectors takes whole: 1,000 bytes if
 * one of them is reached by UDP, else 4,000. Rendering shortens to it, as a message may go to any of
 * them.
 */
export function messageLimitOf(collectors: readonly CollectorOptions[]): number {
  const isDatagram = collectors.some(
    (collector) => checkCollector(collector).address.scheme === 'udp',
  );
  return isDatagram ? datagramLineBytes : streamLineBytes;
}
