import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect } from '@jest/globals';
import { ServiceError } from '../../../forwarder/core/index.js';
import { piecesOf, type PiecesOptions } from '../../../forwarder/feeds/opening/pieces.js';

/** A folder of its own for each test. */
export class TestFolder {
  path = '';

  constructor() {
    beforeEach(async () => {
      this.path = await mkdtemp(join(tmpdir(), 'opening-'));
    });
    afterEach(async () => {
      await rm(this.path, { recursive: true });
    });
  }

  at(name: string): string {
    return join(this.path, name);
  }

  async put(name: string, content: string | Uint8Array): Promise<string> {
    const path = this.at(name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
    return path;
  }
}

export async function contentOf(path: string, options: PiecesOptions = {}): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of piecesOf(path, options)) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** Packs to about a third: several pieces of the file, several of its content. */
export const content = Buffer.from(
  Array.from({ length: 60_000 }, (_, at) => `bad${(at * 7919) % 99_991}.example\n`).join(''),
);

/** What a file with these bytes is refused for; the error names the file and says what to do. */
export async function faultOf(
  folder: TestFolder,
  bytes: Uint8Array,
  name = 'feed.dat',
): Promise<string> {
  const error = await errorOf(contentOf(await folder.put(name, bytes)));
  expect([error.code, error.where]).toEqual(['TF_FEED', folder.at(name)]);
  expect(error.hint).toBeTruthy();
  return error.message;
}

/** The ServiceError that ends it. */
export async function errorOf(act: Promise<unknown>): Promise<ServiceError> {
  try {
    await act;
  } catch (error) {
    if (error instanceof ServiceError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}
