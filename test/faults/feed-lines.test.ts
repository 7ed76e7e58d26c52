import { createReadStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

import { OutcomeTally } from '../../forwarder/service/indexing/outcome-tally.js';
import { readFeed } from '../../forwarder/service/indexing/read-feed.js';
import { openFeeds } from '../../forwarder/feeds/index.js';
import { describeWithData } from '../support/tools.js';

/** What becomes of every line of a list: nothing is lost without a word. */

type Outcome = ReturnType<OutcomeTally['outcome']>;

async function outcomeOf(path: string): Promise<Outcome> {
  const [file] = await openFeeds([{ path }], [], { baseDirectory: '/' });
  if (file === undefined) throw new Error(`no feed ${path}`);
  const tally = new OutcomeTally();
  const onRecord = (): void => undefined;
  await readFeed(file, { nowMs: 0, isExpired: false, room: Infinity, tally, onRecord });
  return tally.outcome();
}

/** Lines taken, left out and passed over. */
function linesOf({ records, leftOut, passed }: Outcome): number {
  const counts = [...leftOut.map(({ count }) => count), ...Object.values(passed)];
  return counts.reduce((sum, count) => sum + count, records);
}

describe('a list', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'tf-lines-'));
  });
  afterEach(() => rm(directory, { recursive: true }));

  async function outcomeOfLines(lines: readonly string[]): Promise<Outcome> {
    const path = join(directory, 'list.txt');
    await writeFile(path, lines.join('\n'));
    return outcomeOf(path);
  }

  test('every line is counted once, whatever becomes of it', async () => {
    const outcome = await outcomeOfLines([
      '# comment',
      'a.example',
      '',
      'co.uk',
      'this is none',
      'b.example # with a word',
      '10.0.0.0/8',
    ]);
    expect(linesOf(outcome)).toBe(7);
    expect(outcome).toMatchObject({ records: 2, passed: { comment: 1, blank: 1 } });
  });

  test('lines that are left out are named by their numbers in the file', async () => {
    const { leftOut } = await outcomeOfLines([
      '# comment',
      '0.0.0.0 one.example not_a-host..example',
      '',
      'co.uk',
      'this is none',
      '// comment',
      'com.au',
      'a.example',
    ]);
    const lines = Object.fromEntries(leftOut.map(({ why, first }) => [why, first]));
    expect(lines).toEqual({ 'bad-indicator': [2, 5], 'over-broad': [4, 7] });
  });
});

describeWithData('lists as they are published, line by line', (directory) => {
  test.each(['osint-indicators.txt.gz', 'osint-hashes.txt'])(
    '%s',
    async (name) => {
      const path = join(directory, name);
      const outcome = await outcomeOf(path);
      const wanted = new Set(outcome.leftOut.flatMap(({ first }) => first));
      const { count, lines } = await linesOfFile(path, wanted);
      expect(linesOf(outcome)).toBe(count);
      expect(outcome.records).toBeGreaterThan(count / 2);
      for (const { first, example } of outcome.leftOut) {
        // What is said of the first one is about the line of that number.
        const line =
          lines
            .get(first[0] ?? 0)
            ?.trim()
            .replace(/^\./, '') ?? '-';
        expect(example.toLowerCase()).toContain(line.slice(0, 20).toLowerCase());
      }
    },
    120_000,
  );
});

async function linesOfFile(
  path: string,
  wanted: ReadonlySet<number>,
): Promise<{ count: number; lines: ReadonlyMap<number, string> }> {
  const file = createReadStream(path);
  const input = path.endsWith('.gz') ? file.pipe(createGunzip()) : file;
  const lines = new Map<number, string>();
  let count = 0;
  for await (const line of createInterface({ input, crlfDelay: Infinity })) {
    count += 1;
    if (wanted.has(count)) lines.set(count, line);
  }
  return { count, lines };
}
