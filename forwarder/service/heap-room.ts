import { getHeapStatistics } from 'node:v8';

/** One part for what waits, one for the runtime's own beside it, one for everything else. */
const shareOfRoom = 1 / 3;

/**
 * How many bytes of messages may wait on the heap of this process: a limit of the configuration that is
 * more than the heap holds (`--max-old-space-size`, a small container) would end the process instead of
 * dropping, and counting, the oldest. To be asked once, at the start.
 */
export function heapRoomBytes(heap = getHeapStatistics()): number {
  const room = heap.heap_size_limit - heap.used_heap_size;
  return Math.max(2 ** 20, Math.floor(room * shareOfRoom));
}
