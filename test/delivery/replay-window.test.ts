import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { OutboxEntry } from '../../forwarder/delivery/outbox-entry.js';
import { ReplayWindow } from '../../forwarder/delivery/replay-window.js';
import { messageOf } from '../faults/messages.js';

const group = (...numbers: number[]): OutboxEntry[] =>
  numbers.map((number) => new OutboxEntry(messageOf(number)));

const numbersOf = (entries: readonly OutboxEntry[]): number[] =>
  entries.map(({ message }) => Number(message.id.slice(2)));

/** Groups 1–3, 4–6 and 7–9, of 300 bytes each, written at 0, 100 and 200 ms. */
function filled(): ReplayWindow {
  const window = new ReplayWindow({ marginBytes: 250, settleMs: 1000 });
  window.add(group(1, 2, 3), 300, 0);
  window.add(group(4, 5, 6), 600, 100);
  window.add(group(7, 8, 9), 900, 200);
  return window;
}

describe('ReplayWindow', () => {
  test('what lies further back than the margin is confirmed, whole groups only', () => {
    const window = filled();
    expect(window.acknowledged(549)).toEqual([]);
    expect(numbersOf(window.acknowledged(550))).toEqual([1, 2, 3]);
    expect(window.acknowledged(550)).toEqual([]);
    expect([window.messages, window.oldestAtMs]).toEqual([6, 100]);
    expect(numbersOf(window.acknowledged(1150))).toEqual([4, 5, 6, 7, 8, 9]);
    expect([window.messages, window.oldestAtMs]).toEqual([0, undefined]);
  });

  test('lost without a proof: all within the margin again, however old', () => {
    const { confirmed, again } = filled().lost(false, 850, 1_000_000);
    expect(numbersOf(confirmed)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(numbersOf(again)).toEqual([7, 8, 9]);
  });

  test('lost after everything was read: only what was read a moment ago again', () => {
    const { confirmed, again } = filled().lost(true, 900, 1100);
    expect(numbersOf(confirmed)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(numbersOf(again)).toEqual([7, 8, 9]);
  });

  test('carried over: settles with time, does not ask for a proof, and goes again when lost', () => {
    const window = filled();
    expect(numbersOf(window.carryOver(1050))).toEqual([1, 2, 3]);
    window.add(group(10), 100, 1050);
    expect([window.messages, window.oldestAtMs, window.nextSettledAtMs]).toEqual([7, 1050, 1100]);
    expect(window.settledAtMs).toBe(2050);
    expect(window.acknowledged(340)).toEqual([]);
    expect(numbersOf(window.settled(1150))).toEqual([4, 5, 6]);
    const { confirmed, again } = window.lost(false, 0, 1160);
    expect(confirmed).toEqual([]);
    expect(numbersOf(again)).toEqual([7, 8, 9, 10]);
    expect(window.messages).toBe(0);
  });

  test('whatever happens, each message comes out once, in order', () => {
    const step = fc.record({
      kind: fc.constantFrom('add', 'add', 'add', 'acknowledged', 'settled', 'carry', 'lost'),
      amount: fc.nat(400),
      isAllRead: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const window = new ReplayWindow({ marginBytes: 500, settleMs: 300 });
        let added = 0;
        let sentBytes = 0;
        let nowMs = 0;
        const out: number[] = [];
        for (const { kind, amount, isAllRead } of steps) {
          nowMs += amount;
          if (kind === 'add') {
            const entries = group(...Array.from({ length: amount % 5 }, () => added++));
            sentBytes += amount;
            window.add(entries, sentBytes, nowMs);
          } else if (kind === 'acknowledged') {
            // The older ones of the connection before wait to settle: they may come out later.
            out.push(...numbersOf(window.settled(Number.MAX_SAFE_INTEGER)));
            out.push(...numbersOf(window.acknowledged(sentBytes - amount)));
          } else if (kind === 'settled') {
            out.push(...numbersOf(window.settled(nowMs)));
          } else if (kind === 'carry') {
            out.push(...numbersOf(window.carryOver(nowMs)));
            sentBytes = 0;
          } else {
            const { confirmed, again } = window.lost(isAllRead, sentBytes - amount, nowMs);
            const all = numbersOf([...confirmed, ...again]).sort((one, other) => one - other);
            out.push(...all);
            expect(window.messages).toBe(0);
            sentBytes = 0;
          }
          expect(window.messages).toBe(added - out.length);
        }
        out.push(...numbersOf(window.clear()));
        expect(out).toEqual(Array.from({ length: added }, (_, index) => index));
      }),
    );
  });
});
