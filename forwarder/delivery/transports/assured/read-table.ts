import { open } from 'node:fs/promises';

import type { QueueTable } from './queue-rows.js';

/**
 * Reads a table of sockets from its beginning and gives it to `take` in pieces of whole lines, each of
 * them valid only during the call, until `take` returns true or the table ends. Rejects when there is
 * no such table.
 */
export type ReadTable = (table: QueueTable, take: (piece: Buffer) => boolean) => Promise<void>;

const pieceBytes = 64 * 1024;

/** No row is so long; what has no line end by then is no table. */
const longestRowBytes = 4096;

/** The tables of this machine, or of the network namespace that this process is in. */
export const readKernelTable: ReadTable = async (table, take) => {
  const file = await open(`/proc/self/net/${table}`, 'r');
  try {
    const buffer = Buffer.allocUnsafe(pieceBytes);
    let rest = 0;
    for (;;) {
      // The kernel gives about 4 KiB at a time, so that other work gets its turn in between.
      const { bytesRead } = await file.read(buffer, rest, pieceBytes - rest, null);
      const end = rest + bytesRead;
      const lineEnd = buffer.subarray(0, end).lastIndexOf(0x0a) + 1;
      if (lineEnd > 0 && take(buffer.subarray(0, lineEnd))) return;
      if (bytesRead === 0) return;
      buffer.copyWithin(0, lineEnd, end);
      rest = end - lineEnd;
      if (rest > longestRowBytes) throw new Error(`/proc/self/net/${table} is not a table of rows`);
    }
  } finally {
    await file.close();
  }
};
