import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';

import type { Spool, SpoolFiles, SpoolOptions } from '../../../forwarder/delivery/spool/index.js';
import { dice } from './dice.js';
import { entryOf } from './entries.js';

/** What a run has been told, and has told: what must hold after its end. */
export interface Ledger {
  /** All messages below this were reported written. */
  written: number;
  /** All messages below this were acknowledged. */
  acknowledged: number;
}

/** Small files, so that a short run begins, notes and deletes many. */
export function workloadOptions(
  directory: string,
  files: SpoolFiles,
  ledger: Ledger,
): Omit<SpoolOptions, 'counters' | 'logger'> {
  return {
    directory,
    maxBytes: 16_000,
    segmentBytes: 2048,
    whenFull: 'dropNewest',
    syncMs: 2,
    clock: Date.now,
    files,
    events: {
      onEvicted: () => undefined,
      onWritten: (belowSeq) => (ledger.written = Math.max(ledger.written, belowSeq)),
    },
    timing: { retryMs: 10, checkpointMs: 3, gatherMs: 0 },
  };
}

/** Appends and acknowledges by the dice, and closes the spool. The file operations follow from both. */
export async function work(spool: Spool, ledger: Ledger, seed: number): Promise<void> {
  const roll = dice(seed);
  for (let round = 0; round < 40; round++) {
    for (let count = roll(8); count >= 0; count--) spool.append(entryOf(spool.nextSeq));
    if (roll(3) === 0) await sleep(1);
    else await turn();
    if (roll(3) === 0) {
      const seq = ledger.acknowledged + roll(spool.writtenSeq - ledger.acknowledged + 1);
      // Told first: an acknowledgement counts from the moment it is given.
      ledger.acknowledged = Math.max(seq, ledger.acknowledged);
      spool.acknowledge(seq);
    }
  }
  await spool.close();
}
