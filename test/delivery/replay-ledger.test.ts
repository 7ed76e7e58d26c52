import { describe, expect, test } from '@jest/globals';

import type { Lane } from '../../forwarder/delivery/lane.js';
import { LaneLedger } from '../../forwarder/delivery/lane-ledger.js';
import { Outbox } from '../../forwarder/delivery/outbox.js';
import { messageOf } from '../faults/messages.js';

/** A ledger whose connection and clock the test plays. */
function rigOf(confirmMs: number) {
  const assurance = { sentBytes: 0, acknowledgedBytes: 0, isAllRead: false, onProgress: undefined };
  const acknowledged = { value: 0 };
  const lane = { transport: { assurance }, acknowledged } as unknown as Lane;
  const outbox = new Outbox({
    maxMessages: 1000,
    maxBytes: 2 ** 20,
    spool: undefined,
    onDropped: () => undefined,
    onReady: () => undefined,
    onFault: () => undefined,
  });
  const clock = { nowMs: 0 };
  const monotonic = (): number => clock.nowMs;
  const ledger = new LaneLedger({
    ...{ lane, outbox, monotonic, confirmMs, settleMs: 10_000, marginBytes: 1000 },
  });
  const write = (): void => {
    if (outbox.waiting === 0) outbox.send(messageOf(1));
    assurance.sentBytes += 200;
    ledger.wrote(outbox.take(1, 1000));
  };
  return { assurance, acknowledged, outbox, clock, ledger, write };
}

describe('LaneLedger', () => {
  test('asks for a proof when the oldest message has waited long enough, not of an empty link', () => {
    const { ledger, clock, write } = rigOf(300_000);
    expect(ledger.turnOverAtMs).toBe(Number.POSITIVE_INFINITY);
    clock.nowMs = 5000;
    write();
    clock.nowMs = 90_000;
    write();
    expect(ledger.turnOverAtMs).toBe(305_000);
    const never = rigOf(0);
    never.write();
    expect(never.ledger.turnOverAtMs).toBe(Number.POSITIVE_INFINITY);
  });

  test('asks sooner after each loss, not oftener than messages settle, and calms down again', () => {
    const { ledger, assurance, outbox, write } = rigOf(300_000);
    const patience: number[] = [];
    for (let losses = 0; losses < 7; losses++) {
      write();
      patience.push(ledger.turnOverAtMs / 1000);
      ledger.lost();
      expect(outbox.waiting).toBe(1);
    }
    expect(patience).toEqual([300, 150, 75, 37.5, 18.75, 15, 15]);
    assurance.isAllRead = true;
    const calming: number[] = [];
    for (let proofs = 0; proofs < 6; proofs++) {
      write();
      calming.push(ledger.turnOverAtMs / 1000);
      expect(ledger.turnedOver()).toBe(true);
    }
    expect(calming).toEqual([15, 30, 60, 120, 240, 300]);
  });

  test('a loss without anything to send again changes nothing', () => {
    const { ledger, write } = rigOf(300_000);
    ledger.lost();
    write();
    expect(ledger.turnOverAtMs).toBe(300_000);
  });

  test('no proof twice in a row: it gives none; a proof in between is a new beginning', () => {
    const { ledger, assurance, acknowledged, outbox, clock, write } = rigOf(300_000);
    const end = (isAllRead: boolean): boolean => {
      write();
      assurance.isAllRead = isAllRead;
      return ledger.turnedOver();
    };
    expect([end(false), ledger.givesNoProof]).toEqual([false, false]);
    expect([end(true), end(false), ledger.givesNoProof]).toEqual([true, false, false]);
    expect([end(false), ledger.givesNoProof]).toEqual([false, true]);
    write();
    expect(ledger.turnOverAtMs).toBe(Number.POSITIVE_INFINITY);
    clock.nowMs = 20_000;
    ledger.lost();
    expect(acknowledged.value + outbox.waiting).toBe(2);
  });
});
