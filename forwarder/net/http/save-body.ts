import { open } from 'node:fs/promises';
import type { Answer } from './answer.js';

/**
 * Writes the body of an answer to a new file that only its owner may read; what another attempt
 * left there is replaced. Returns its size in bytes.
 */
export async function saveBody(
  answer: Answer,
  target: string,
  onProgress?: (bytes: number, total: number | undefined) => void,
): Promise<number> {
  const file = await open(target, 'w', 0o600);
  try {
    let bytes = 0;
    for await (const chunk of answer.body) {
      await file.writeFile(chunk);
      bytes += chunk.length;
      onProgress?.(bytes, answer.length);
    }
    return bytes;
  } finally {
    await file.close();
  }
}
