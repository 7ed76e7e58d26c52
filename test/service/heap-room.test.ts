import { expect, test } from '@jest/globals';
import { getHeapStatistics } from 'node:v8';

import { heapRoomBytes } from '../../forwarder/service/heap-room.js';

const heap = (limit: number, used: number) => ({
  ...getHeapStatistics(),
  heap_size_limit: limit,
  used_heap_size: used,
});

test('what waits gets a third of what the heap has left, and never nothing', () => {
  expect(heapRoomBytes(heap(330e6, 30e6))).toBe(100e6);
  expect(heapRoomBytes(heap(64e6, 63e6))).toBe(2 ** 20);
  // On a machine of usual size the limit of the configuration is the smaller one.
  expect(heapRoomBytes(heap(2e9, 30e6))).toBeGreaterThan(64 * 2 ** 20);
});
