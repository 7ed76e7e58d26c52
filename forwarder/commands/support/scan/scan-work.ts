import type { ServiceError } from '../../../core/index.js';
import { readBlocks } from './line-blocks.js';
import type { LineBlock, ScanPosition } from './line-blocks.js';
import type { ScanInput } from './scan-inputs.js';
import type { ScanOptions } from './scan-options.js';
import type { ScanRecord } from './scan-record.js';

/** What the ways to scan share. */
export interface ScanWork {
  readonly options: ScanOptions;
  /** As the command line has them: where the service's configuration is. */
  readonly given: Readonly<Record<string, unknown>>;
  readonly inputs: readonly ScanInput[];
  readonly record: ScanRecord;
  readonly from: ScanPosition;
  /** Ends reading: by a signal, when a connection fails, when nobody reads what is written. */
  readonly reading: AbortController;
  /** A longer line is no event: it is left out, counted and told. */
  readonly maxLineBytes: number;
  readonly notice: (text: string) => void;
  /** Tells of an input that cannot be read to its end, whatever is quiet. */
  readonly onFault: (error: ServiceError) => void;
}

/** The blocks of a scan's inputs, from where it begins. */
export async function* blocksOf(work: ScanWork): AsyncGenerator<LineBlock> {
  const { inputs, from, reading, maxLineBytes, record, notice, onFault } = work;
  yield* readBlocks({
    inputs,
    from,
    signal: reading.signal,
    maxLineBytes,
    onLongLine(input, line) {
      record.leaveOut();
      notice(`${input.name}:${line}: the line is too long and is left out`);
    },
    onUnreadable(error) {
      record.passOver();
      onFault(error);
    },
  });
  // What is read is done with even when a signal comes after it.
  if (!reading.signal.aborted) record.isAllRead = true;
}
