import type { EventChunk } from './event-chunks.js';
import type { FoundLine } from './found-line.js';

/** What came back for a chunk: the detections, with the number of the event in the chunk. */
export interface ChunkReply {
  readonly event: number;
  readonly text: string;
}

/** One connection that takes events. */
export interface ScanConnection {
  /** Whether anything that was given to it has been done with. */
  readonly hasWorked: boolean;
  /**
   * Takes a chunk after those before it; resolves when it is done with: answered, where replies are
   * wanted, else taken by the operating system. Rejects with ServiceError TF_PEER_UNAVAILABLE, as
   * does every call after it, when the connection is lost.
   */
  send(chunk: EventChunk): Promise<readonly ChunkReply[]>;
  /** Ends the connection in good order, after all chunks were done with. */
  end(): Promise<void>;
  /** Ends it at once. */
  destroy(): void;
}

/** The replies to a chunk as what is reported. */
export function foundLines(
  chunk: EventChunk,
  replies: readonly ChunkReply[],
  file: string,
  fieldsOf: (text: string) => Pick<FoundLine, 'category' | 'indicator'>,
): readonly FoundLine[] {
  return replies.map(({ event, text }) => ({
    file,
    line: chunk.lines[event] ?? 0,
    text,
    ...fieldsOf(text),
  }));
}
