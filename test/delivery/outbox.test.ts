import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { Outbox } from '../../forwarder/delivery/outbox.js';
import type { OutboxEntry } from '../../forwarder/delivery/outbox-entry.js';
import { SpoolRelay } from '../../forwarder/delivery/spool-relay.js';
import { messageOf } from '../faults/messages.js';
import { fakeBytes, FakeSpool } from './outbox-fake-spool.js';
import type { FakeSpoolOptions } from './outbox-fake-spool.js';

interface Rig {
  readonly outbox: Outbox;
  readonly spool: FakeSpool | undefined;
  readonly dropped: Record<string, number>;
  readonly droppedTotal: () => number;
  send(from: number, to: number): void;
  take(max?: number): OutboxEntry[];
}

interface RigOptions {
  readonly maxMessages?: number;
  readonly maxBytes?: number;
  readonly spool?: Omit<FakeSpoolOptions, 'events'> | undefined;
  readonly previous?: FakeSpool | undefined;
}

function rigOf(given: RigOptions = {}): Rig {
  const { maxMessages = 100, maxBytes = 2 ** 30, spool: options, previous } = given;
  const events = new SpoolRelay();
  const fresh = options && new FakeSpool({ ...options, events });
  const spool = previous?.reopened(events) ?? fresh;
  const dropped: Record<string, number> = {};
  const outbox = new Outbox({
    maxMessages,
    maxBytes,
    spool,
    onDropped: (reason, messages) => {
      dropped[reason] = (dropped[reason] ?? 0) + messages;
    },
    onReady: () => undefined,
    onFault: (error) => {
      throw error;
    },
  });
  events.listener = {
    onEvicted: (below) => {
      outbox.evicted(below);
    },
    onWritten: () => {
      outbox.catchUp();
    },
    onHealth: () => {
      outbox.catchUp();
    },
  };
  return {
    outbox,
    spool,
    dropped,
    droppedTotal: () => Object.values(dropped).reduce((sum, count) => sum + count, 0),
    send: (from, to) => {
      for (let number = from; number < to; number++) outbox.send(messageOf(number));
    },
    take: (max = 1_000_000) => outbox.take(max, 2 ** 30),
  };
}

const numbers = (entries: readonly OutboxEntry[]): number[] =>
  entries.map(({ message }) => Number(message.id.slice(2)));

const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from }, (_, index) => from + index);

/** Lets reads of the spool come to their end. */
const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 30; turn++) await Promise.resolve();
};

/** Takes and confirms until nothing waits. */
async function drain(rig: Rig, chunk = 7): Promise<number[]> {
  const all: number[] = [];
  for (let idle = 0; idle < 5 && rig.outbox.waiting > 0;) {
    const entries = rig.take(chunk);
    idle = entries.length === 0 ? idle + 1 : 0;
    all.push(...numbers(entries));
    rig.outbox.confirmed(entries);
    rig.spool?.write();
    await settled();
  }
  return all;
}

describe('without a spool', () => {
  test('what is given back goes first, in the old order, whoever gives it back', () => {
    const rig = rigOf();
    rig.send(0, 10);
    const [one, two, three] = [rig.take(2), rig.take(3), rig.take(2)];
    rig.outbox.giveBack(three);
    rig.outbox.giveBack(one);
    expect(rig.outbox.unconfirmed).toBe(3);
    expect(numbers(rig.take(3))).toEqual([0, 1, 5]);
    rig.outbox.giveBack(two);
    expect(numbers(rig.take())).toEqual([2, 3, 4, 6, 7, 8, 9]);
  });

  test('beyond the limit the oldest go, those that were given back before all others', () => {
    const rig = rigOf({ maxMessages: 10 });
    rig.send(0, 10);
    const taken = rig.take(4);
    rig.send(10, 14);
    rig.outbox.giveBack(taken);
    expect(rig.dropped).toEqual({ queue_full: 4 });
    rig.outbox.giveBack(rig.take(2));
    rig.send(14, 15);
    expect(numbers(rig.take())).toEqual(range(5, 15));
  });

  test('what is left at the end is dropped; what is unconfirmed stays so', async () => {
    const rig = rigOf();
    rig.send(0, 10);
    rig.take(3);
    await rig.outbox.close(100);
    expect(rig.dropped).toEqual({ shutdown: 7 });
    expect([rig.outbox.waiting, rig.outbox.unconfirmed]).toEqual([0, 3]);
  });
});

describe('with a spool', () => {
  test('beyond the limit of memory messages are only on disk, and come back in order', async () => {
    const rig = rigOf({ maxMessages: 10, spool: {} });
    rig.send(0, 50);
    rig.spool?.write();
    expect(rig.outbox.waitingOnDisk).toBe(40);
    rig.send(50, 60);
    rig.spool?.write();
    expect(rig.outbox.waiting).toBe(60);
    expect(await drain(rig)).toEqual(range(0, 60));
    expect(rig.dropped).toEqual({});
    expect(rig.spool?.firstSeq).toBe(61);
  });

  test('new messages while it catches up go behind those on disk, and the reader meets them', async () => {
    const rig = rigOf({ maxMessages: 10, spool: {} });
    const sent: number[] = [];
    const got: number[] = [];
    for (let round = 0; round < 200; round++) {
      const from = sent.length;
      const count = round < 100 ? 5 : 2;
      rig.send(from, from + count);
      sent.push(...range(from, from + count));
      if (round % 3 === 0) rig.spool?.write();
      const entries = rig.take(4);
      got.push(...numbers(entries));
      rig.outbox.confirmed(entries);
      await settled();
    }
    rig.spool?.write();
    got.push(...(await drain(rig)));
    expect(got).toEqual(sent);
    expect(rig.dropped).toEqual({});
  });

  test('the spool is told the lowest number that is not done', () => {
    const rig = rigOf({ spool: {} });
    rig.send(0, 10);
    const [one, two] = [rig.take(3), rig.take(3)];
    rig.outbox.confirmed(two);
    expect(rig.spool?.firstSeq).toBe(1);
    rig.outbox.giveBack(one);
    rig.outbox.confirmed(rig.take(2));
    expect(rig.spool?.firstSeq).toBe(3);
    rig.outbox.confirmed(rig.take(1));
    expect(rig.spool?.firstSeq).toBe(7);
  });

  test('what the run before has left comes first', async () => {
    const before = rigOf({ spool: {} });
    before.send(0, 10);
    before.outbox.confirmed(before.take(4));
    before.spool?.write();
    const rig = rigOf({ previous: before.spool });
    expect([rig.outbox.restored, rig.outbox.waiting]).toEqual([6, 6]);
    rig.send(10, 15);
    expect(await drain(rig)).toEqual(range(4, 15));
  });

  test('damaged messages are counted when they are met, also at the end', async () => {
    const before = rigOf({ spool: {} });
    before.send(0, 20);
    before.spool?.write();
    for (const seq of [1, 2, 8, 19, 20]) before.spool?.damage(seq);
    const rig = rigOf({ previous: before.spool });
    expect(await drain(rig)).toHaveLength(15);
    expect(rig.dropped).toEqual({ spool_damaged: 5 });
    expect(rig.outbox.waiting).toBe(0);
  });

  test('full, the oldest that nobody has taken go, exactly counted; those in flight are kept', async () => {
    const rig = rigOf({ maxMessages: 5, spool: { maxMessages: 20 } });
    rig.send(0, 10);
    const flying = rig.take(2);
    rig.spool?.write();
    rig.send(10, 40);
    rig.spool?.write();
    rig.outbox.giveBack(flying);
    const waiting = rig.outbox.waiting;
    expect(waiting + (rig.dropped['spool_full'] ?? 0)).toBe(40);
    const left = await drain(rig);
    expect(left).toHaveLength(waiting);
    expect(left.slice(0, 2)).toEqual([0, 1]);
    expect(left.slice(2)).toEqual(range(42 - left.length, 40));
  });

  test('full, with the other policy, the newest go', async () => {
    const rig = rigOf({ spool: { maxMessages: 20, whenFull: 'dropNewest' } });
    rig.send(0, 30);
    expect(rig.dropped).toEqual({ spool_full: 10 });
    rig.outbox.confirmed(rig.take(5));
    rig.send(30, 40);
    expect(await drain(rig)).toEqual([...range(5, 20), ...range(30, 35)]);
    expect(rig.dropped).toEqual({ spool_full: 15 });
  });

  test('a spool that had no room for what memory took: order, numbers and the end are kept', async () => {
    const rig = rigOf({ spool: { maxMessages: 10, whenFull: 'dropNewest' } });
    rig.send(0, 10);
    rig.spool?.write();
    rig.spool?.setHealth(false);
    rig.send(10, 12);
    const [old, taken] = [rig.take(10), rig.take(2)];
    // It can be written again, but is full; then the collector has what makes room.
    rig.spool?.setHealth(true);
    rig.outbox.confirmed(old);
    rig.send(12, 14);
    rig.spool?.write();
    const late = rig.take(2);
    expect([numbers(taken), numbers(late)]).toEqual([
      [10, 11],
      [12, 13],
    ]);
    rig.outbox.confirmed(taken.slice(0, 1));
    expect([rig.spool?.nextSeq, rig.dropped]).toEqual([15, {}]);
    // Killed: what is neither confirmed nor dropped is there, in order.
    expect(await drain(rigOf({ previous: rig.spool }))).toEqual([11, 12, 13]);
  });

  test('what memory took while the spool had no room goes there as soon as there is some', () => {
    const rig = rigOf({ spool: { maxMessages: 10, whenFull: 'dropNewest' } });
    rig.send(0, 10);
    rig.spool?.write();
    rig.spool?.setHealth(false);
    rig.send(10, 12);
    rig.spool?.setHealth(true);
    rig.outbox.confirmed(rig.take(5));
    expect(rig.spool?.nextSeq).toBe(13);
  });

  test('a disk that cannot be written: memory takes over, the oldest in it go, and it recovers', async () => {
    const rig = rigOf({ maxMessages: 10, spool: {} });
    rig.send(0, 4);
    rig.spool?.write();
    rig.spool?.setHealth(false);
    rig.send(4, 24);
    expect(rig.dropped).toEqual({ queue_full: 10 });
    expect(rig.spool?.nextSeq).toBe(5);
    rig.spool?.setHealth(true);
    rig.spool?.write();
    expect(rig.spool?.nextSeq).toBe(15);
    expect(await drain(rig)).toEqual([...range(0, 4), ...range(14, 24)]);
  });

  test('taken while the disk was away, given back, then on disk: order and end are kept', async () => {
    const rig = rigOf({ spool: {} });
    rig.spool?.setHealth(false);
    rig.send(0, 6);
    const [first, second] = [rig.take(2), rig.take(2)];
    rig.outbox.confirmed(second);
    rig.spool?.setHealth(true);
    rig.spool?.write();
    rig.outbox.giveBack(first);
    await rig.outbox.close(100);
    const rest = rigOf({ previous: rig.spool });
    expect(await drain(rest)).toEqual([0, 1, 4, 5]);
  });

  test('a disk that is slow gets a bounded number of bytes ahead of it; then memory is the limit', async () => {
    const rig = rigOf({ maxMessages: 1000, maxBytes: 2 ** 20, spool: {} });
    rig.send(0, 20_000);
    const ahead = 16 * 2 ** 20;
    expect(rig.spool?.unwrittenBytes).toBeGreaterThanOrEqual(ahead);
    expect(rig.spool?.unwrittenBytes).toBeLessThan(ahead + fakeBytes);
    const stored = (rig.spool?.nextSeq ?? 0) - 1;
    expect(rig.outbox.waiting).toBeLessThanOrEqual(stored + 1000);
    expect(rig.outbox.waiting + (rig.dropped['queue_full'] ?? 0)).toBe(20_000);
    rig.spool?.write();
    expect(rig.outbox.waitingBytes).toBeLessThanOrEqual(2 ** 20);
    const left = rig.outbox.waiting;
    expect(await drain(rig, 500)).toEqual([
      ...range(0, stored),
      ...range(20_000 - (left - stored), 20_000),
    ]);
  });

  test('one that is unconfirmed for long among very many is neither forgotten nor in the way', () => {
    const rig = rigOf({ maxMessages: 100_000, spool: {} });
    rig.send(0, 10_000);
    const first = rig.take(1);
    for (let batch = rig.take(100); batch.length > 0; batch = rig.take(100)) {
      rig.outbox.confirmed(batch);
    }
    expect(rig.spool?.firstSeq).toBe(1);
    rig.outbox.confirmed(first);
    expect(rig.spool?.firstSeq).toBe(10_001);
  });

  test('messages deleted while they are read count as that, and those behind them are not lost', async () => {
    const rig = rigOf({ maxMessages: 5, spool: {} });
    rig.send(0, 20);
    const read = rig.spool?.read.bind(rig.spool);
    rig.spool!.read = () => {
      rig.outbox.evicted(6);
      rig.spool!.read = read!;
      return Promise.resolve([]);
    };
    rig.spool?.write();
    await settled();
    expect(rig.dropped).toEqual({ spool_full: 5 });
    expect(await drain(rig)).toEqual(range(5, 20));
    expect(rig.dropped).toEqual({ spool_full: 5 });
  });

  test('at the end what waits stays in the spool and is not dropped', async () => {
    const rig = rigOf({ spool: {} });
    rig.send(0, 10);
    rig.outbox.confirmed(rig.take(3));
    rig.outbox.giveBack(rig.take(2));
    await rig.outbox.close(100);
    expect(rig.spool?.isClosed).toBe(true);
    expect([rig.outbox.waiting, rig.dropped]).toEqual([7, {}]);
    expect(await drain(rigOf({ previous: rig.spool }))).toEqual(range(3, 10));
  });

  test('at the end of a run with a dead disk what is in memory only is counted', async () => {
    const rig = rigOf({ spool: {} });
    rig.send(0, 5);
    rig.spool?.write();
    rig.spool?.setHealth(false);
    rig.send(5, 9);
    await rig.outbox.close(100);
    expect([rig.outbox.waiting, rig.dropped]).toEqual([5, { shutdown: 4 }]);
  });
});

type Step =
  | { readonly send: number }
  | { readonly take: number }
  | { readonly confirm: number }
  | { readonly giveBack: number }
  | { readonly damage: number }
  | { readonly health: boolean }
  | { readonly wait: 'write' | 'read' | 'kill' | 'stop' };

const small = fc.integer({ min: 0, max: 12 });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ send: fc.integer({ min: 1, max: 25 }) }) },
  { weight: 5, arbitrary: fc.record({ take: fc.integer({ min: 1, max: 15 }) }) },
  { weight: 4, arbitrary: fc.record({ confirm: small }) },
  { weight: 3, arbitrary: fc.record({ giveBack: small }) },
  { weight: 1, arbitrary: fc.record({ damage: fc.nat(200) }) },
  { weight: 1, arbitrary: fc.record({ health: fc.boolean() }) },
  {
    weight: 5,
    arbitrary: fc.record({
      wait: fc.constantFrom('write', 'read', 'read', 'write', 'kill', 'stop'),
    }),
  },
);

describe('whatever happens', () => {
  const spools: readonly (RigOptions['spool'] | undefined)[] = [
    undefined,
    {},
    { maxMessages: 40 },
    { maxMessages: 40, whenFull: 'dropNewest' },
  ];

  test.each(spools.map((spool) => ({ spool })))(
    'every message is confirmed, dropped, waiting or unconfirmed, in order: $spool',
    async ({ spool }) => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 80 }), async (steps) => {
          const run = new Run({ maxMessages: 20, spool });
          for (const one of steps) {
            await run.do(one);
            run.check();
          }
          await run.finish();
        }),
        { numRuns: 300 },
      );
    },
    120_000,
  );
});

/** Outboxes over one spool, run after run, beside what is known of every message. */
class Run {
  #rig: Rig;
  readonly #options: RigOptions;
  #sent = 0;
  #sentHere = 0;
  #confirmedHere = 0;
  #batches: OutboxEntry[][] = [];
  readonly #confirmed = new Set<number>();
  /** In the runs before this one; those in flight count that were evicted when it was killed. */
  #droppedBefore = 0;
  /** Taken in this run, and not confirmed. */
  readonly #open = new Set<OutboxEntry>();
  /** Given out for the first time in this run: in ascending order. */
  #lastNew = -1;

  constructor(options: RigOptions) {
    this.#options = options;
    this.#rig = rigOf(options);
  }

  async do(one: Step): Promise<void> {
    const { outbox, spool } = this.#rig;
    if ('send' in one) {
      this.#rig.send(this.#sent, this.#sent + one.send);
      this.#sent += one.send;
      this.#sentHere += one.send;
    } else if ('take' in one) {
      this.#take(one.take);
    } else if ('confirm' in one) {
      this.#confirm(this.#batches.splice(one.confirm % (this.#batches.length + 1), 1)[0] ?? []);
    } else if ('giveBack' in one) {
      outbox.giveBack(this.#batches.splice(one.giveBack % (this.#batches.length + 1), 1)[0] ?? []);
    } else if ('damage' in one) {
      spool?.damage(one.damage);
    } else if ('health' in one) {
      spool?.setHealth(one.health);
    } else if (one.wait === 'write') {
      spool?.write();
    } else if (one.wait === 'read') {
      await settled();
    } else if (spool !== undefined) {
      await this.#restart(one.wait === 'stop', spool);
    }
  }

  /** Nothing is unaccounted for. */
  check(): void {
    const { outbox, droppedTotal } = this.#rig;
    expect(this.#sentHere + outbox.restored).toBe(
      this.#confirmedHere + droppedTotal() + outbox.waiting + outbox.unconfirmed,
    );
    const flying = this.#batches.reduce((sum, batch) => sum + batch.length, 0);
    expect(outbox.unconfirmed).toBe(flying);
  }

  /** All is well again: what waits can be taken, in order, and is all that is left. */
  async finish(): Promise<void> {
    const { outbox, spool } = this.#rig;
    spool?.setHealth(true);
    spool?.write();
    for (const batch of this.#batches.splice(0)) outbox.giveBack(batch);
    for (let idle = 0; idle < 10 && outbox.waiting > 0;) {
      const count = this.#take(9);
      idle = count === 0 ? idle + 1 : 0;
      for (const batch of this.#batches.splice(0)) this.#confirm(batch);
      spool?.write();
      await settled();
      this.check();
    }
    expect([outbox.waiting, outbox.unconfirmed]).toEqual([0, 0]);
    if (spool === undefined) return;
    expect(spool.firstSeq).toBe(spool.nextSeq);
    // What was once on disk has arrived, whenever the process was killed, but for what was dropped.
    const written = [...spool.everWritten].map(({ id }) => Number(id.slice(2)));
    const missing = written.filter((number) => !this.#confirmed.has(number));
    expect(missing.length).toBeLessThanOrEqual(this.#droppedBefore + this.#rig.droppedTotal());
  }

  #take(max: number): number {
    const entries = this.#rig.take(max);
    expect(entries.length).toBeLessThanOrEqual(max);
    const turns = entries.map(({ turn }) => turn);
    expect(turns).toEqual([...turns].sort((one, other) => one - other));
    for (const entry of entries.filter(({ wasSent }) => !wasSent)) {
      const [number = -1] = numbers([entry]);
      expect(number).toBeGreaterThan(this.#lastNew);
      this.#lastNew = number;
      entry.wasSent = true;
    }
    for (const entry of entries) this.#open.add(entry);
    if (entries.length > 0) this.#batches.push(entries);
    return entries.length;
  }

  #confirm(batch: OutboxEntry[]): void {
    this.#rig.outbox.confirmed(batch);
    this.#confirmedHere += batch.length;
    for (const entry of batch) this.#open.delete(entry);
    for (const number of numbers(batch)) this.#confirmed.add(number);
  }

  async #restart(isStop: boolean, spool: FakeSpool): Promise<void> {
    if (isStop) {
      for (const batch of this.#batches) this.#rig.outbox.giveBack(batch);
      this.#batches = [];
      await this.#rig.outbox.close(1000);
      this.check();
      const { waiting } = this.#rig.outbox;
      expect(spool.writtenSeq - spool.firstSeq).toBeGreaterThanOrEqual(waiting);
    }
    await settled();
    this.#droppedBefore += this.#rig.droppedTotal();
    if (!isStop) {
      const isEvicted = ({ seq }: OutboxEntry): boolean => seq > 0 && seq < spool.firstSeq;
      this.#droppedBefore += [...this.#open].filter(isEvicted).length;
    }
    this.#open.clear();
    spool.isClosed = false;
    spool.isHealthy = true;
    this.#batches = [];
    this.#sentHere = 0;
    this.#confirmedHere = 0;
    this.#lastNew = -1;
    this.#rig = rigOf({ ...this.#options, previous: spool });
  }
}
