import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { MessageQueue } from '../../forwarder/delivery/message-queue.js';
import { bytesPerMessage, OutboxEntry } from '../../forwarder/delivery/outbox-entry.js';
import { messageOf } from '../faults/messages.js';

type Step =
  { readonly push: number } | { readonly take: readonly [messages: number, bytes: number] };

const entryOf = (number: number, length = 0): OutboxEntry =>
  new OutboxEntry(messageOf(number, length));

const bytesOf = (entries: readonly OutboxEntry[]): number =>
  entries.reduce((sum, { message }) => sum + message.body.length + bytesPerMessage, 0);

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
        const model: OutboxEntry[] = [];
        let number = 0;
        for (const one of steps) {
          if ('push' in one) {
            for (let count = 0; count < one.push; count++) {
              const entry = entryOf(number++, 100 + (number % 7) * 50);
              queue.push(entry);
              model.push(entry);
            }
          } else {
            const [messages, bytes] = one.take;
            const taken: OutboxEntry[] = [];
            expect(queue.takeInto(taken, messages, bytes)).toBe(bytesOf(taken));
            expect(taken).toEqual(model.splice(0, taken.length));
            expect(taken.length).toBeLessThanOrEqual(messages);
            if (taken.length > 0) expect(bytesOf(taken.slice(0, -1))).toBeLessThan(bytes);
            const isEnough = taken.length === messages || bytesOf(taken) >= bytes;
            expect(isEnough || model.length === 0).toBe(true);
          }
          expect(queue.length).toBe(model.length);
          expect(queue.bytes).toBe(bytesOf(model));
          expect(queue.peek()).toBe(model[0]);
        }
      }),
    );
  });

  test('gives what is left in order, then nothing', () => {
    const queue = new MessageQueue();
    for (let number = 0; number < 10_000; number++) queue.push(entryOf(number));
    for (let number = 0; number < 10_000; number++)
      expect(queue.shift()?.message.id).toBe(`m-${number}`);
    expect(queue.shift()).toBeUndefined();
    expect(queue.bytes).toBe(0);
  });

  test('goes on after an outage: a great many waited, all went, more come', () => {
    const queue = new MessageQueue();
    let number = 0;
    for (const count of [6000, 4097, 3, 9000]) {
      const first = number;
      for (let left = count; left > 0; left--) queue.push(entryOf(number++));
      for (let next = first; next < number; next++)
        expect(queue.shift()?.message.id).toBe(`m-${next}`);
      expect(queue.shift()).toBeUndefined();
    }
  });

  test('gives out of its middle what is asked for, and keeps the order of the others', () => {
    const queue = new MessageQueue();
    for (let number = 0; number < 100; number++) queue.push(entryOf(number));
    for (let number = 0; number < 10; number++) queue.shift();
    const isOdd = ({ message }: OutboxEntry): boolean => Number(message.id.slice(2)) % 2 === 1;
    expect(queue.remove(isOdd)).toBe(45);
    for (let next = 10; next < 100; next += 2) {
      expect(queue.shift()?.message.id).toBe(`m-${next}`);
    }
    expect(queue.length).toBe(0);
  });
});
