import { headerFor, openCollector } from './collector-connection.js';
import { eventChunks } from './event-chunks.js';
import type { EventChunk } from './event-chunks.js';
import { replyFields } from './found-line.js';
import { OneWayConnection } from './one-way-connection.js';
import { openSocket, staysOpen } from './open-socket.js';
import { openReplyConnection } from './reply-connection.js';
import { blocksOf } from './scan-work.js';
import type { ScanWork } from './scan-work.js';
import { foundLines } from './scan-connection.js';
import type { ChunkReply, ScanConnection } from './scan-connection.js';
import type { ScanTarget } from './scan-options.js';
import { addressText } from './service-address.js';
import { shareOut } from './share-out.js';

/** Two chunks on their way: 64 events without an answer at most, on each connection. */
const eventsOfChunk = 32;
const chunksOnTheWay = 2;
const fullBytes = 131_072;
/** A connection that is refused is closed within this time. */
const refusalMs = 200;
/** CyberTrace splits longer events (CyberTrace help, page 178566); the LF counts. */
const maxEventBytes = 65_535;

/** Sends all events to a service or a collector. Errors as shareOut(). */
export async function sendEvents(
  work: ScanWork,
  target: Exclude<ScanTarget, { readonly kind: 'local' }>,
): Promise<void> {
  const { options, inputs, record, reading, notice } = work;
  const isService = target.kind === 'service';
  const chunks = eventChunks(blocksOf(work), {
    maxEvents: eventsOfChunk,
    fullBytes,
    maxEventBytes: isService ? maxEventBytes : undefined,
    skipsComments: options.skipsComments,
    headerOf:
      isService || target.header === undefined ? undefined : headerFor(target.header, Date.now),
  });
  let tooLong = 0;
  await shareOut({
    chunks,
    // The order of events at a collector is their order in the files.
    connections: isService ? options.threads : 1,
    connect: (signal) =>
      connectTo(target, work, signal, () => {
        tooLong += 1;
        record.leaveOut();
      }),
    chunksOnTheWay,
    onDone: (chunk, replies) => {
      record.take(partOf(chunk, replies, inputs[chunk.from.input]?.name ?? ''));
    },
    onSettle: () => record.settle(),
    onNotice: notice,
    reading,
  });
  if (tooLong > 0) notice(`${tooLong} events are too long for UDP and were not sent`);
}

function partOf(chunk: EventChunk, replies: readonly ChunkReply[], file: string) {
  const found = foundLines(chunk, replies, file, replyFields);
  return { events: chunk.lines.length, found, to: chunk.to, readBytes: chunk.readBytes };
}

async function connectTo(
  target: Exclude<ScanTarget, { readonly kind: 'local' }>,
  { options }: ScanWork,
  signal: AbortSignal,
  onTooLong: () => void,
): Promise<ScanConnection> {
  const { timeoutMs, finished } = options;
  if (target.kind === 'collector') {
    return openCollector(target.collector, timeoutMs, signal, onTooLong);
  }
  const { address } = target;
  if (target.wantsReplies) return openReplyConnection({ address, timeoutMs, finished, signal });
  const socket = await openSocket(address, timeoutMs, signal);
  await staysOpen(socket, addressText(address), refusalMs);
  return new OneWayConnection(socket, addressText(address), timeoutMs);
}
