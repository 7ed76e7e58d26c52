import type { Message } from '../../core/index.js';

/** A message with its place in the order in which messages were taken, from 1, without gaps. */
export interface Entry {
  readonly seq: number;
  readonly message: Message;
}

/**
 * Messages on disk: what was appended and not yet acknowledged survives the end of the process, and,
 * but for the last `syncMs`, that of the machine. Numbers go on where the run before ended.
 *
 * Example: messages 1–5 are appended, 1–3 acknowledged, the process is killed. The next run opens it
 * with firstSeq 4, nextSeq 6; read(4, …) gives 4 and 5; what comes new is 6.
 */
export interface Spool {
  /** The oldest message that is not acknowledged; nextSeq when there is none. */
  readonly firstSeq: number;
  /** The number of the next message to append. */
  readonly nextSeq: number;
  /** All messages below this are written: they survive the end of the process. */
  readonly writtenSeq: number;
  /** Space its files take, and their number. */
  readonly bytes: number;
  readonly segments: number;
  /** False while its disk cannot be written: messages appended meanwhile wait for it in memory. */
  readonly isHealthy: boolean;
  /**
   * Takes the next message (`entry.seq` must be nextSeq) to be written soon. Never waits, never throws.
   * False: there is no room and the newest are to be dropped; it was not taken, nextSeq is as before.
   */
  append(entry: Entry): boolean;
  /** Bytes appended and not written yet. */
  readonly unwrittenBytes: number;
  /**
   * Written messages from `fromSeq` on, in order: at most `maxMessages`, and no more once they have
   * `maxBytes`. Damaged ones are left out and counted. Empty: there is none that is written.
   */
  read(fromSeq: number, maxMessages: number, maxBytes: number): Promise<readonly Entry[]>;
  /** Every message below `seq` is done with. The checkpoint is made durable before files go. */
  acknowledge(seq: number): void;
  /** Writes, syncs, notes the checkpoint and gives the lock back. */
  close(): Promise<void>;
}

/** What its owner is told. */
export interface SpoolEvents {
  /** The oldest messages, all below `belowSeq`, are about to be deleted for want of room. */
  readonly onEvicted: (belowSeq: number) => void;
  /** Messages below this number survive the end of the process from now on. */
  readonly onWritten?: (belowSeq: number) => void;
  /** The disk cannot be written, or can be again. */
  readonly onHealth?: (isHealthy: boolean, error: Error | undefined) => void;
}
