import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { LineMemory } from '../../forwarder/intake/line-memory.js';
import type { LineHolder } from '../../forwarder/intake/line-memory.js';

/** A holder as a connection is one: it reports every change. */
class Holder implements LineHolder {
  heldBytes = 0;
  isInUse = false;
  isShed = false;
  readonly #memory: () => LineMemory;

  constructor(memory: () => LineMemory) {
    this.#memory = memory;
  }

  hold(bytes: number): void {
    if (this.isShed) return;
    const change = bytes - this.heldBytes;
    this.heldBytes = bytes;
    this.isInUse = bytes > 0;
    this.#memory().changed(change);
  }

  finish(): void {
    this.isInUse = false;
  }

  releaseUnused(): void {
    if (!this.isInUse) this.hold(0);
  }

  shed(): void {
    this.isInUse = false;
    this.releaseUnused();
    this.isShed = true;
  }
}

function holdersOf(count: number, maxBytes: number): { memory: LineMemory; holders: Holder[] } {
  const holders: Holder[] = [];
  const memory = new LineMemory(maxBytes, holders);
  for (let number = 0; number < count; number += 1) holders.push(new Holder(() => memory));
  return { memory, holders };
}

describe('the memory of unfinished lines', () => {
  test('over the bound the biggest holder is shed, and nobody else', () => {
    const { memory, holders } = holdersOf(3, 1_000);
    const [small, big, late] = holders as [Holder, Holder, Holder];
    small.hold(300);
    big.hold(600);
    late.hold(100);
    expect([memory.heldBytes, big.isShed]).toEqual([1_000, false]);
    late.hold(101);
    expect(holders.map(({ isShed }) => isShed)).toEqual([false, true, false]);
    expect(memory.heldBytes).toBe(401);
  });

  test('memory that is only kept goes first, and then nobody need be shed', () => {
    const { memory, holders } = holdersOf(2, 1_000);
    const [idle, busy] = holders as [Holder, Holder];
    idle.hold(900);
    idle.finish();
    busy.hold(500);
    expect(holders.map(({ isShed }) => isShed)).toEqual([false, false]);
    expect(memory.heldBytes).toBe(500);
  });

  test('one who alone is over the bound sheds itself', () => {
    const { memory, holders } = holdersOf(1, 10);
    holders[0]!.hold(11);
    expect([holders[0]!.isShed, memory.heldBytes]).toEqual([true, 0]);
  });

  test('whatever is held and finished, the sum is right and within the bound', () => {
    const step = fc.record({
      who: fc.nat(9),
      bytes: fc.nat(600),
      isFinished: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const { memory, holders } = holdersOf(10, 1_000);
        for (const { who, bytes, isFinished } of steps) {
          holders[who]?.hold(bytes);
          if (isFinished) holders[who]?.finish();
          expect(memory.heldBytes).toBe(holders.reduce((sum, one) => sum + one.heldBytes, 0));
          expect(memory.heldBytes).toBeLessThanOrEqual(1_000);
        }
      }),
    );
  });
});
