import {
  copyFileSync,
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { crc32c } from '../../../forwarder/delivery/spool/crc32c.js';
import { isContentWhole, readHeader } from '../../../forwarder/delivery/spool/record.js';
import { scaled } from '../../faults/rig/tier.js';
import { dice } from './dice.js';
import {
  allWritten,
  appendSome,
  openTest,
  range,
  readAll,
  seqsOf,
  temporaryFolder,
  until,
} from './support.js';

/** Number of a message, and where its record stands. */
interface Place {
  readonly seq: number;
  readonly at: number;
  readonly end: number;
}

function segmentsOf(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.spool'))
    .sort()
    .map((name) => join(folder, name));
}

function placesOf(path: string): Place[] {
  const bytes = readFileSync(path);
  const places: Place[] = [];
  for (let at = 32; at < bytes.length;) {
    const header = readHeader(bytes, at)!;
    expect(isContentWhole(bytes, at, header)).toBe(true);
    places.push({ seq: header.seq, at, end: at + header.length });
    at += header.length;
  }
  return places;
}

/** A spool with these messages, closed. */
async function spoolOf(count: number, segmentBytes = 4096, acknowledged = 1): Promise<string> {
  const folder = temporaryFolder();
  const { spool } = await openTest(folder, { segmentBytes });
  appendSome(spool, count);
  await allWritten(spool);
  spool.acknowledge(acknowledged);
  await spool.close();
  return folder;
}

/** The full tier flips and cuts at every place there is, the fast one at some of them. */
const flips = scaled({ fast: 150, full: 1000 });
const cutStep = scaled({ fast: 7, full: 1 });

describe('a torn end', () => {
  test('cut at every byte of the last 3 records: all that is whole is there, and it goes on', async () => {
    const folder = await spoolOf(8, 2 ** 20);
    const [path] = segmentsOf(folder) as [string];
    const places = placesOf(path);
    const whole = readFileSync(path);
    const from = places[4]!.end;
    let cases = 0;
    const ends = places.map(({ end }) => end);
    for (let cut = from; cut <= whole.length; cut++) {
      // In any case around the ends of records and of their fixed parts.
      const isNear = [0, 44].some((start) => ends.some((end) => Math.abs(cut - end - start) <= 1));
      if (cut % cutStep !== 0 && !isNear) continue;
      writeFileSync(path, whole.subarray(0, cut));
      const { spool, corrupt } = await openTest(folder, { segmentBytes: 2 ** 20 });
      const complete = places.filter(({ end }) => end <= cut).length;
      expect(spool.nextSeq).toBe(complete + 1);
      // What comes next takes the place of what was torn.
      appendSome(spool, 1);
      await allWritten(spool);
      expect(seqsOf(await readAll(spool))).toEqual(range(1, complete + 2));
      expect(corrupt()).toBe(0);
      await spool.close();
      expect(placesOf(path)).toHaveLength(complete + 1);
      cases++;
    }
    expect(cases).toBeGreaterThan(300 / cutStep);
  }, 60_000);

  test('zeros at the end, as a loss of power leaves them, are no messages', async () => {
    const folder = await spoolOf(8, 2 ** 20);
    const [path] = segmentsOf(folder) as [string];
    writeFileSync(path, Buffer.concat([readFileSync(path), Buffer.alloc(10_000)]));
    const { spool, corrupt } = await openTest(folder, { segmentBytes: 2 ** 20 });
    appendSome(spool, 2);
    await allWritten(spool);
    expect(seqsOf(await readAll(spool))).toEqual(range(1, 11));
    expect(corrupt()).toBe(0);
  });
});

describe('bits that flip', () => {
  test(`1 in each of ${flips} copies: exactly the record that is hit is lost and counted`, async () => {
    const original = await spoolOf(60);
    const work = temporaryFolder();
    const roll = dice(7);
    let hits = 0;
    let counted = 0;
    for (let copy = 0; copy < flips; copy++) {
      const folder = join(work, 'copy');
      cpSync(original, folder, { recursive: true });
      const paths = segmentsOf(folder);
      const sizes = paths.map((path) => statSync(path).size);
      let bit = roll(8 * sizes.reduce((sum, size) => sum + size, 0));
      let file = 0;
      while (bit >= 8 * sizes[file]!) bit -= 8 * sizes[file++]!;
      const path = paths[file]!;
      const hit = placesOf(path).find(({ at, end }) => bit >= 8 * at && bit < 8 * end)?.seq;
      const bytes = readFileSync(path);
      bytes[bit >>> 3]! ^= 1 << (bit & 7);
      writeFileSync(path, bytes);
      const { spool, corrupt, logger } = await openTest(folder);
      const read = seqsOf(await readAll(spool));
      expect(read).toEqual(range(1, 61).filter((seq) => seq !== hit));
      expect([spool.nextSeq, corrupt()]).toEqual([61, hit === undefined ? 0 : 1]);
      // Read once more, it is not counted once more.
      expect(await readAll(spool)).toHaveLength(read.length);
      hits += hit === undefined ? 0 : 1;
      counted += corrupt();
      const lines = logger.lines.filter(({ code }) => code === 'spool.damaged');
      expect(lines).toHaveLength(hit === undefined ? 0 : 1);
      await spool.close();
      rmSync(folder, { recursive: true });
    }
    expect(counted).toBe(hits);
    expect(hits).toBeGreaterThan(0.9 * flips);
  }, 120_000);

  test('what is damaged in the middle costs what is there, and one line in the log a file', async () => {
    const folder = await spoolOf(200);
    const path = segmentsOf(folder)[1]!;
    const places = placesOf(path);
    const bytes = readFileSync(path);
    const [first, last] = [places[2]!, places[6]!];
    bytes.fill(0xf8, first.at + 3, last.at + 10);
    const alone = places[9]!;
    bytes.fill(0, alone.at, alone.end);
    writeFileSync(path, bytes);
    const lost = new Set([...range(first.seq, last.seq + 1), alone.seq]);
    const { spool, corrupt, logger } = await openTest(folder);
    expect(seqsOf(await readAll(spool))).toEqual(range(1, 201).filter((seq) => !lost.has(seq)));
    expect(corrupt()).toBe(lost.size);
    expect(logger.lines.filter(({ code }) => code === 'spool.damaged')).toHaveLength(1);
  });

  test('lengths that are beyond all measure, with a checksum that is right, are not believed', async () => {
    const folder = await spoolOf(40);
    const [path] = segmentsOf(folder) as [string];
    const victim = placesOf(path)[3]!;
    for (const [at, value] of [
      [4, 0xffffffff],
      [4, 0],
      [4, 2 ** 28 + 1],
      [8, 0xffffffff],
      [24, 0xffffffff],
    ] as const) {
      const bytes = readFileSync(path);
      const damaged = Buffer.from(bytes);
      damaged.writeUInt32LE(value, victim.at + at);
      damaged.writeUInt32LE(crc32c(damaged, victim.at, victim.at + 36), victim.at + 36);
      writeFileSync(path, damaged);
      const { spool, corrupt } = await openTest(folder);
      const due = range(1, 41).filter((seq) => seq !== victim.seq);
      expect(seqsOf(await readAll(spool))).toEqual(due);
      expect(corrupt()).toBe(1);
      await spool.close();
      writeFileSync(path, bytes);
    }
  });
});

describe('files that are gone, empty, or not what they seem', () => {
  let original = '';
  let ranges: (readonly [number, number])[] = [];
  beforeAll(async () => {
    original = mkdtempSync(join(tmpdir(), 'tf-spool-original-'));
    const { spool } = await openTest(original);
    appendSome(spool, 200);
    await allWritten(spool);
    await spool.close();
    ranges = segmentsOf(original).map((path) => {
      const places = placesOf(path);
      return [places[0]!.seq, places.at(-1)!.seq + 1] as const;
    });
  });

  afterAll(() => {
    rmSync(original, { recursive: true });
  });

  function copy(): string {
    const folder = join(temporaryFolder(), 'copy');
    cpSync(original, folder, { recursive: true });
    return folder;
  }

  const without = (index: number): number[] =>
    range(1, 201).filter((seq) => seq < ranges[index]![0] || seq >= ranges[index]![1]);

  test.each([
    [
      'deleted',
      (path: string) => {
        rmSync(path);
      },
    ],
    [
      'empty',
      (path: string) => {
        truncateSync(path, 0);
      },
    ],
    [
      'all zeros',
      (path: string) => {
        writeFileSync(path, Buffer.alloc(4000));
      },
    ],
    [
      'of noise',
      (path: string) => {
        writeFileSync(path, Buffer.alloc(4000, 'TFSPOOL\nøTFù'));
      },
    ],
  ])('one in the middle is %s: only its messages are lost, and counted', async (_what, spoil) => {
    const folder = copy();
    spoil(segmentsOf(folder)[2]!);
    const { spool, corrupt } = await openTest(folder);
    expect(seqsOf(await readAll(spool))).toEqual(without(2));
    expect(corrupt()).toBe(ranges[2]![1] - ranges[2]![0]);
    expect(spool.nextSeq).toBe(201);
    appendSome(spool, 10);
    await allWritten(spool);
    expect(seqsOf(await spool.read(201, 100, 1e6))).toEqual(range(201, 211));
    spool.acknowledge(211);
    await until(() => spool.segments === 1);
  });

  test.each([
    [
      'deleted',
      (path: string) => {
        rmSync(path);
      },
    ],
    [
      'empty',
      (path: string) => {
        truncateSync(path, 0);
      },
    ],
    [
      'shorter than its own header',
      (path: string) => {
        truncateSync(path, 20);
      },
    ],
    [
      'of noise',
      (path: string) => {
        writeFileSync(path, Buffer.alloc(4000, 'noise'));
      },
    ],
  ])('the last one is %s: it goes on with what is there', async (_what, spoil) => {
    const folder = copy();
    const last = ranges.length - 1;
    spoil(segmentsOf(folder)[last]!);
    const { spool } = await openTest(folder);
    expect(spool.nextSeq).toBe(ranges[last]![0]);
    appendSome(spool, 10);
    await allWritten(spool);
    expect(seqsOf(await readAll(spool))).toEqual(range(1, ranges[last]![0] + 10));
  });

  test('a copy under the name of another one is moved aside, at the end and in the middle', async () => {
    const folder = copy();
    const paths = segmentsOf(folder);
    const late = join(folder, '0000000000009999.spool');
    copyFileSync(paths[1]!, late);
    copyFileSync(paths[1]!, paths[2]!);
    const { spool, corrupt } = await openTest(folder);
    expect(seqsOf(await readAll(spool))).toEqual(without(2));
    expect(spool.nextSeq).toBe(201);
    expect(corrupt()).toBe(ranges[2]![1] - ranges[2]![0]);
    const bad = readdirSync(folder).filter((name) => name.endsWith('.bad'));
    expect(bad).toHaveLength(2);
  });

  test('files moved aside are kept, but not more than a few', async () => {
    const folder = copy();
    for (const round of range(1, 9)) {
      const path = join(folder, `000000000000${9000 + round}.spool`);
      copyFileSync(segmentsOf(folder)[0]!, path);
      const { spool } = await openTest(folder);
      expect(spool.nextSeq).toBe(201);
      await spool.close();
    }
    const bad = readdirSync(folder).filter((name) => name.endsWith('.bad'));
    expect(bad).toHaveLength(4);
  });

  test('a file of another version is moved aside, not misread', async () => {
    const folder = copy();
    const path = segmentsOf(folder)[1]!;
    const bytes = readFileSync(path);
    bytes.writeUInt32LE(2, 8);
    bytes.writeUInt32LE(crc32c(bytes, 0, 28), 28);
    writeFileSync(path, bytes);
    const { spool, logger } = await openTest(folder);
    expect(seqsOf(await readAll(spool))).toEqual(without(1));
    expect(readdirSync(folder)).toContain(`${path.split('/').at(-1)!}.bad`);
    expect(logger.lines.map(({ code }) => code)).toContain('spool.moved_aside');
  });

  test('a file that is cut short while it is read', async () => {
    const folder = copy();
    const { spool, corrupt } = await openTest(folder);
    expect(await spool.read(1, 1, 1)).toHaveLength(1);
    const path = segmentsOf(folder)[1]!;
    const kept = placesOf(path)[4]!;
    truncateSync(path, kept.at + 5);
    const due = range(2, 201).filter((seq) => seq < kept.seq || seq >= ranges[1]![1]);
    expect(seqsOf(await readAll(spool, 2))).toEqual(due);
    expect(corrupt()).toBe(ranges[1]![1] - kept.seq);
  });

  test('a file that is deleted while the spool is open', async () => {
    const folder = copy();
    const { spool, corrupt } = await openTest(folder);
    renameSync(segmentsOf(folder)[3]!, join(temporaryFolder(), 'away'));
    expect(seqsOf(await readAll(spool))).toEqual(without(3));
    expect(corrupt()).toBe(ranges[3]![1] - ranges[3]![0]);
  });
});

describe('the checkpoint', () => {
  test('a stale one: messages come again, none is lost', async () => {
    const folder = await spoolOf(100, 2 ** 20, 40);
    const path = join(folder, 'checkpoint');
    const stale = readFileSync(path);
    const later = await openTest(folder, { segmentBytes: 2 ** 20 });
    expect(later.spool.firstSeq).toBe(40);
    later.spool.acknowledge(90);
    await later.spool.close();
    expect(readFileSync(path).equals(stale)).toBe(false);
    writeFileSync(path, stale);
    const { spool, corrupt } = await openTest(folder, { segmentBytes: 2 ** 20 });
    expect(seqsOf(await readAll(spool))).toEqual(range(40, 101));
    expect(corrupt()).toBe(0);
  });

  test('a stale one whose messages are partly deleted: the others come', async () => {
    const folder = await spoolOf(200, 4096, 20);
    const path = join(folder, 'checkpoint');
    const stale = readFileSync(path);
    const later = await openTest(folder);
    later.spool.acknowledge(150);
    await until(() => later.spool.segments < 6);
    await later.spool.close();
    writeFileSync(path, stale);
    const first = placesOf(segmentsOf(folder)[0]!)[0]!.seq;
    const { spool } = await openTest(folder);
    expect(seqsOf(await readAll(spool))).toEqual(range(first, 201));
  });

  test('one that is ahead of the messages is not believed: they come again', async () => {
    const other = await spoolOf(500, 2 ** 20, 500);
    const folder = await spoolOf(100, 2 ** 20, 40);
    copyFileSync(join(other, 'checkpoint'), join(folder, 'checkpoint'));
    const { spool, corrupt, logger } = await openTest(folder, { segmentBytes: 2 ** 20 });
    expect(seqsOf(await readAll(spool))).toEqual(range(1, 101));
    expect([spool.nextSeq, corrupt()]).toEqual([101, 0]);
    expect(logger.lines.map(({ code }) => code)).toContain('spool.checkpoint_ahead');
    // From here on it is right again.
    spool.acknowledge(70);
    await spool.close();
    expect((await openTest(folder)).spool.firstSeq).toBe(70);
  });

  test('one that is ahead of the messages is corrected before their numbers reach it', async () => {
    const other = await spoolOf(500, 2 ** 20, 500);
    const folder = await spoolOf(100, 2 ** 20, 40);
    copyFileSync(join(other, 'checkpoint'), join(folder, 'checkpoint'));
    const { spool } = await openTest(folder, { segmentBytes: 2 ** 20 });
    appendSome(spool, 600);
    await allWritten(spool);
    // Killed now: nothing was ever acknowledged.
    const killed = join(temporaryFolder(), 'killed');
    cpSync(folder, killed, { recursive: true });
    rmSync(join(killed, 'lock'));
    const again = await openTest(killed, { segmentBytes: 2 ** 20 });
    expect(seqsOf(await readAll(again.spool))).toEqual(range(1, 701));
  });

  test.each(['gone', 'empty', 'noise', 'one slot damaged'])('%s', async (what) => {
    const folder = await spoolOf(100, 2 ** 20, 40);
    const again = await openTest(folder);
    again.spool.acknowledge(60);
    await again.spool.close();
    const path = join(folder, 'checkpoint');
    const bytes = readFileSync(path);
    if (what === 'gone') rmSync(path);
    else if (what === 'empty') truncateSync(path, 0);
    else if (what === 'noise') writeFileSync(path, Buffer.alloc(1024, 'x'));
    else {
      // The newer one: what the other says still holds.
      const isFirst = bytes.readUInt32LE(8) > bytes.readUInt32LE(512 + 8);
      bytes[(isFirst ? 0 : 512) + 20]! ^= 1;
      writeFileSync(path, bytes);
    }
    const { spool, corrupt } = await openTest(folder, { segmentBytes: 2 ** 20 });
    expect(spool.firstSeq).toBe(what === 'one slot damaged' ? 40 : 1);
    expect(seqsOf(await readAll(spool))).toEqual(range(spool.firstSeq, 101));
    expect(corrupt()).toBe(0);
    spool.acknowledge(80);
    await spool.close();
    expect((await openTest(folder)).spool.firstSeq).toBe(80);
  });
});
