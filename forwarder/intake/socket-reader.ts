import { Socket } from 'node:net';
import type { OnReadOpts, SocketConstructorOpts } from 'node:net';

/** Takes the bytes of one read; they are only valid during the call. */
export type ChunkHandler = (chunk: Uint8Array) => void;

/** What the runtime's TCP handle has in the versions this was tried with. It is undocumented. */
interface ReadableHandle {
  readonly useUserBuffer: unknown;
  readonly readStart: unknown;
  readonly readStop: unknown;
}

/**
 * Lets a freshly accepted, paused TCP socket read into `buffer` instead of a new one for each read,
 * which halves the cost of an event. A server cannot be told to do so (its `onread` is ignored), so
 * the socket's handle moves to a second socket that can; the first one stays behind as a shell,
 * because the server counts it, and ends with the second.
 *
 * One buffer can serve all connections: on POSIX systems a read fills it and calls `onChunk` before
 * the next read begins. Where that does not hold (Windows) or the handle is not as expected, the
 * socket itself is returned and reads as usual. Either way the socket given back is paused.
 */
export function readInto(
  socket: Socket,
  buffer: Buffer | undefined,
  onChunk: ChunkHandler,
): Socket {
  const handle = buffer === undefined ? undefined : takeHandle(socket);
  if (handle === undefined || buffer === undefined) {
    socket.on('data', (chunk: Buffer) => {
      onChunk(chunk);
    });
    return socket;
  }
  const options: SocketConstructorOpts & {
    readonly handle: unknown;
    readonly onread: OnReadOpts;
    readonly pauseOnCreate: boolean;
  } = {
    handle,
    readable: true,
    writable: true,
    pauseOnCreate: true,
    onread: {
      buffer,
      callback: (length, filled) => {
        onChunk(filled.subarray(0, length));
        return true;
      },
    },
  };
  const reader = new Socket(options);
  reader.pause();
  reader.once('close', () => {
    socket.destroy();
  });
  return reader;
}

/** Takes the handle out of a socket, if the runtime has one of the expected shape. */
function takeHandle(socket: Socket): ReadableHandle | undefined {
  if (process.platform === 'win32') return undefined;
  const holder = socket as unknown as { _handle?: unknown };
  const handle = holder._handle;
  if (!isReadableHandle(handle)) return undefined;
  holder._handle = null;
  return handle;
}

function isReadableHandle(handle: unknown): handle is ReadableHandle {
  if (typeof handle !== 'object' || handle === null) return false;
  const { useUserBuffer, readStart, readStop } = handle as Partial<ReadableHandle>;
  return [useUserBuffer, readStart, readStop].every((method) => typeof method === 'function');
}
