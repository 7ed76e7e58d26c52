import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import type { Message } from '../../forwarder/core/index.js';
import { bytesPerMessage, MessageQueue } from '../../forwarder/delivery/message-queue.js';
import { messageOf } from '../faults/messages.js';

type Step =
  { readonly push: number } | { readonly take: readonly [messages: number, bytes: number] };

describe('MessageQueue', () => {
  test('is a queue: the same as a plain array, whatever is done to it', () => {
    const step: fc.Arbitrary<Step> = fc.oneof(
      fc.record({ push: fc.integer({ min: 1, max: 40 }) }),
      fc.record({
        take: fc.tuple(fc.integer({ min: 0, max: 50 }), fc.integer({ min: 0, max: 9000 })),
      }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const queue = new MessageQueue();
        const model: Message[] = [];
        let number = 0;
        for (const one of steps) {
          if ('push' in one) {
            for (let count = 0; count < one.push; count++) {
              const message = messageOf(number++, 100 + (number % 7) * 50);
              queue.push(message);
              model.push(message);
            }
          } else {
            const taken = queue.take(...one.take);
            expect(taken).toEqual(model.splice(0, taken.length));
            expect(taken.length).toBeLessThanOrEqual(one.take[0]);
            const allButLast = taken.slice(0, -1);
            const bytes = allButLast.reduce(
              (sum, { body }) => sum + body.length + bytesPerMessage,
              0,
            );
            expect(bytes).toBeLessThanOrEqual(one.take[1]);
          }
          expect(queue.length).toBe(model.length);
          expect(queue.bytes).toBe(
            model.reduce((sum, { body }) => sum + body.length + bytesPerMessage, 0),
          );
        }
      }),
    );
  });

  test('gives what is left in order, then nothing', () => {
    const queue = new MessageQueue();
    for (let number = 0; number < 10_000; number++) queue.push(messageOf(number));
    for (let number = 0; number < 10_000; number++) expect(queue.shift()?.id).toBe(`m-${number}`);
    expect(queue.shift()).toBeUndefined();
    expect(queue.bytes).toBe(0);
  });

  test('goes on after an outage: a great many waited, all went, more come', () => {
    const queue = new MessageQueue();
    let number = 0;
    for (const count of [6000, 4097, 3, 9000]) {
      const first = number;
      for (let left = count; left > 0; left--) queue.push(messageOf(number++));
      for (let next = first; next < number; next++) expect(queue.shift()?.id).toBe(`m-${next}`);
      expect(queue.shift()).toBeUndefined();
    }
  });
});
