import { open } from 'node:fs/promises';
import { tooLarge } from '../../net/index.js';
import { askedFeed } from './asked-feed.js';

/** A file of lines that is written anew; no larger than it may be. */
export interface LineFile {
  readonly bytes: number;
  /** Throws FetchError when the file would become too large. */
  write(lines: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

/** Opens a file for its owner alone; `address` is what errors name. */
export async function openLineFile(
  path: string,
  maxBytes: number,
  address: string,
): Promise<LineFile> {
  const file = await open(path, 'w', 0o600);
  let bytes = 0;
  return {
    get bytes() {
      return bytes;
    },
    async write(lines) {
      if (lines.length === 0) return;
      const chunk = Buffer.from(`${lines.join('\n')}\n`, 'utf8');
      bytes += chunk.length;
      if (bytes > maxBytes) throw tooLarge(askedFeed, address, maxBytes);
      await file.writeFile(chunk);
    },
    close: () => file.close(),
  };
}
