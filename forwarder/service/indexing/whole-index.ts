import { closeSync, openSync, readSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';

import { ServiceError } from '../../core/index.js';
import { headerBytes, type FileHeader, type IndexDescription } from '../../matching/index.js';
import { BlockReader, payloadBytes } from '../../matching/blocks.js';
import { openIndexFile, readDescription } from './index-input.js';
import type { IndexDetails } from './index-inputs.js';

export interface WholeIndex {
  readonly header: FileHeader;
  readonly description: IndexDescription;
  readonly details: IndexDetails;
}

const blocksAtATime = 256;

/**
 * Reads an index file from end to end: header, description, keys and every block, each by its
 * checksum. Throws ServiceError TF_INDEX for anything that is no whole index of this version.
 */
export async function checkWholeIndex(
  path: string,
  onProgress: (bytes: number, total: number) => void = () => undefined,
): Promise<WholeIndex> {
  const { header, description } = await readDescription(path);
  const details = detailsOf(description, path);
  const opened = await openIndexFile(path);
  opened?.close();
  const descriptor = openSync(path, 'r');
  try {
    const source = {
      name: path,
      size: header.fileSize,
      read: (target: Uint8Array, position: number) =>
        readSync(descriptor, target, 0, target.length, position),
    };
    const blocks = new BlockReader(source, headerBytes, header.blockCount);
    for (let number = 0; number < header.blockCount; number++) {
      blocks.bytes(number * payloadBytes, 1);
      if (number % blocksAtATime !== 0) continue;
      onProgress(number, header.blockCount);
      await setImmediate();
    }
  } finally {
    closeSync(descriptor);
  }
  return { header, description, details };
}

/** What the service keeps in its indexes; a file of somebody else's making has none. */
function detailsOf({ details }: IndexDescription, path: string): IndexDetails {
  const { feeds, inputs } = (details ?? {}) as Partial<IndexDetails>;
  if (Array.isArray(feeds) && typeof inputs === 'object') return details as IndexDetails;
  throw new ServiceError('TF_INDEX', 'the index does not say what it was made from', {
    where: path,
    hint: 'make it anew: threat-forwarder feeds compile --save NAME',
  });
}
