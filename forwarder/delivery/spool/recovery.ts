import type { Logger } from '../../core/index.js';
import { messageOf } from '../../core/index.js';
import type { SpoolFile, SpoolFiles } from './files.js';
import { moveAside, type FoundSegment } from './folder.js';
import { readHeader, recordHeaderBytes, recordMagic } from './record.js';
import { decodeSegmentHeader, segmentHeaderBytes } from './segment-file.js';
import { SegmentScanner } from './segment-scanner.js';
import { SegmentList, type Segment } from './segments.js';

/** The last segment is looked at from its end on: first so much of it, then more. */
const firstWindow = 2 ** 20;

export interface RecoveryOptions {
  readonly folder: string;
  readonly files: SpoolFiles;
  readonly logger: Logger;
  readonly segmentBytes: number;
  /** The segment files that are there, the oldest first. */
  readonly found: readonly FoundSegment[];
  /** What the checkpoint says is done with. */
  readonly noted: number | undefined;
}

/** An open segment that is written on. */
export interface ActiveSegment {
  readonly segment: Segment;
  readonly file: SpoolFile;
  readonly identity: string;
}

export interface Recovered {
  readonly segments: SegmentList;
  /** All messages below are done with. */
  readonly floor: number;
  readonly nextSeq: number;
  /** The checkpoint, where it is believed. */
  readonly noted: number | undefined;
  /** The checkpoint is ahead: it must be put right before there are as many messages as it says. */
  readonly isNoteWrong: boolean;
  /** The last segment, when there is room in it and nothing speaks against it. */
  readonly active: ActiveSegment | undefined;
}

/** What the end of a segment file is like. */
interface Tail {
  readonly hasRecords: boolean;
  /** Place after the last undamaged record. */
  readonly end: number;
  /** Number after that of the last message, also when that one is damaged. */
  readonly endSeq: number;
  /** What follows `end` is a record whose writing was interrupted; else damage. */
  readonly isTorn: boolean;
}

/**
 * Finds out what there is: by the names of the files, and the end of the last one. However much is
 * on disk, about 1 MiB is read. Content never makes it fail; files that nothing can be made of are
 * moved aside.
 */
export async function recover(options: RecoveryOptions): Promise<Recovered> {
  const { segmentBytes, logger, noted } = options;
  const found = await removeEmpty(options, options.found);
  let active: ActiveSegment | undefined;
  let last: Segment | undefined;
  while (last === undefined) {
    const candidate = found.pop();
    if (candidate === undefined) break;
    const opened = await openLast(options, candidate);
    if (opened === undefined) continue;
    last = opened.segment;
    const isNeeded = noted !== last.endSeq;
    if (opened.isWritable && isNeeded && last.size < segmentBytes) active = opened;
    else await opened.file.close();
  }
  const segments = new SegmentList();
  for (const [index, { firstSeq, path, bytes: size }] of found.entries()) {
    const endSeq = found[index + 1]?.firstSeq ?? last?.firstSeq ?? firstSeq;
    segments.add({ firstSeq, path, size, endSeq });
  }
  if (last) segments.add(last);
  const nextSeq = last?.endSeq ?? noted ?? 1;
  const oldest = segments.oldest?.firstSeq ?? nextSeq;
  if (noted !== undefined && noted > nextSeq) {
    logger.warn(
      'spool.checkpoint_ahead',
      `the spool's checkpoint is ahead of its messages: all that are there (from number ${oldest} on) are sent again`,
      { noted, nextSeq },
    );
    return { segments, floor: oldest, nextSeq, noted: undefined, isNoteWrong: true, active };
  }
  return { segments, floor: noted ?? oldest, nextSeq, noted, isNoteWrong: false, active };
}

/** A file shorter than its header is one that was about to be begun: there is no message in it. */
async function removeEmpty(
  { files, logger }: RecoveryOptions,
  found: readonly FoundSegment[],
): Promise<FoundSegment[]> {
  const kept: FoundSegment[] = [];
  for (const segment of found) {
    if (segment.bytes >= segmentHeaderBytes) kept.push(segment);
    else await tolerate(logger, segment.path, () => files.unlink(segment.path));
  }
  return kept;
}

/** Opens the last segment and cuts off a torn end. Undefined: there is nothing in it; moved aside. */
async function openLast(
  { files, folder, logger }: RecoveryOptions,
  { firstSeq, path, bytes }: FoundSegment,
): Promise<(ActiveSegment & { readonly isWritable: boolean }) | undefined> {
  const file = await openAsMayBe(files, path);
  const start = Buffer.alloc(segmentHeaderBytes);
  const read = await file.read(start, 0, start.length, 0).catch(() => 0);
  const header = decodeSegmentHeader(start.subarray(0, read));
  const isOurs = header.kind === 'header' && header.firstSeq === firstSeq;
  const tail =
    isOurs || header.kind === 'damaged' ? await findTail(file, firstSeq, bytes) : undefined;
  if (tail === undefined || (!isOurs && !tail.hasRecords)) {
    await file.close();
    await tolerate(logger, path, async () => {
      const bad = await moveAside(files, folder, path);
      logger.warn('spool.moved_aside', 'a file of the spool cannot be used', { path: bad });
    });
    return undefined;
  }
  const { identity } = await file.facts();
  const isSound = isOurs && (tail.isTorn || tail.end === bytes);
  const isCut =
    isSound &&
    (tail.end === bytes || (await tolerate(logger, path, () => file.truncate(tail.end))));
  const size = isSound ? tail.end : bytes;
  return {
    segment: { firstSeq, path, size, endSeq: tail.endSeq },
    file,
    identity,
    isWritable: isCut,
  };
}

/** For writing where possible; a folder that has become read-only can still be read. */
async function openAsMayBe(files: SpoolFiles, path: string): Promise<SpoolFile> {
  try {
    return await files.open(path, 'write');
  } catch {
    return files.open(path, 'read');
  }
}

async function findTail(file: SpoolFile, firstSeq: number, bytes: number): Promise<Tail> {
  let end = 0;
  let lastSeq = firstSeq - 1;
  for (let window = firstWindow; ; window *= 8) {
    const from = Math.max(0, bytes - window);
    const endSeq = Number.MAX_SAFE_INTEGER;
    const scanner = new SegmentScanner({ file, firstSeq, endSeq, from, limit: bytes });
    for (;;) {
      const header = scanner.next(1);
      if (header) {
        end = scanner.offset;
        lastSeq = header.seq;
      } else if (!(await scanner.fill())) break;
    }
    if (end > 0 || from === 0) break;
  }
  const hasRecords = end > 0;
  if (!hasRecords) end = segmentHeaderBytes;
  const damaged = await damagedAfter(file, end, bytes, lastSeq);
  return { hasRecords, end, endSeq: lastSeq + 1 + damaged, isTorn: damaged === 0 };
}

/** How many records there were after the last good one; none when the first of them is torn. */
async function damagedAfter(
  file: SpoolFile,
  from: number,
  bytes: number,
  lastSeq: number,
): Promise<number> {
  if (bytes - from < recordHeaderBytes) return 0;
  const block = Buffer.alloc(Math.min(bytes - from, firstWindow));
  let read = 0;
  while (read < block.length) {
    const more = await file.read(block, read, block.length - read, from + read).catch(() => 0);
    if (more === 0) break;
    read += more;
  }
  const rest = block.subarray(0, read);
  const first = readHeader(rest, 0);
  // Its end was never written, so nobody was told that it was.
  if (first && first.length > bytes - from) return 0;
  // A machine that lost its power may leave zeros where nothing was written yet.
  if (rest.every((byte) => byte === 0)) return 0;
  let highest = lastSeq + 1;
  for (let at = rest.indexOf(recordMagic); at >= 0; at = rest.indexOf(recordMagic, at + 1)) {
    const header = readHeader(rest, at);
    // There are no more messages than bytes for them.
    if (header && header.seq - lastSeq <= 1 + at / recordHeaderBytes) {
      highest = Math.max(highest, header.seq);
    }
  }
  return highest - lastSeq;
}

/** Does what need not succeed; false and a line in the log when it did not. */
async function tolerate(logger: Logger, path: string, act: () => Promise<void>): Promise<boolean> {
  try {
    await act();
    return true;
  } catch (error) {
    logger.warn('spool.not_mended', `a file of the spool cannot be mended: ${messageOf(error)}`, {
      path,
    });
    return false;
  }
}
