import { pipeline, type Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import type { ServiceError } from '../../core/index.js';
import { messageOf } from '../../core/index.js';
import type { AskedThing } from '../asked-thing.js';
import { FetchError } from './fetch-error.js';

/** What a server says to a request. */
export interface Answer {
  /** What was asked for. */
  readonly what: AskedThing;
  readonly status: number;
  /** Where it came from after redirects, as it may be shown. */
  readonly address: string;
  /** Where it came from after redirects; not to be shown. */
  readonly url: URL;
  /** Undefined when it is absent; the first of several. */
  header(name: string): string | undefined;
  /** How long it is going to be; undefined when the server does not say, or packs it. */
  readonly length: number | undefined;
  /** Its bytes without the packing of the transport, at most as many as the access allows. */
  readonly body: AsyncIterable<Buffer>;
}

/** Less than this in the time a server may be silent is as bad as silence. */
const slowestBytes = 1024;

export interface BodyLimits {
  readonly what: AskedThing;
  readonly address: string;
  readonly maxBytes: number;
  readonly timeoutMs: number;
  /** What an error of the connection is told as. */
  readonly fault: (error: unknown) => ServiceError;
}

/**
 * The bytes of a body, unpacked. Throws FetchError when the limit is passed, when what comes is too
 * little to wait for, and when the packing is damaged.
 */
export async function* readBody(
  raw: Readable,
  encoding: string | undefined,
  limits: BodyLimits,
): AsyncGenerator<Buffer, void, undefined> {
  const { what, address, maxBytes, timeoutMs } = limits;
  const stream = unpacked(raw, encoding, what, address);
  const chunks = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer, undefined>;
  let bytes = 0;
  let waitedMs = 0;
  let windowBytes = 0;
  try {
    for (;;) {
      const beganMs = performance.now();
      const next = await chunks.next();
      if (next.done === true) return;
      bytes += next.value.length;
      if (bytes > maxBytes) throw tooLarge(what, address, maxBytes);
      // Only the time that is spent waiting counts: a slow disk is no fault of the server.
      waitedMs += performance.now() - beganMs;
      windowBytes += next.value.length;
      if (waitedMs > timeoutMs) {
        if (windowBytes < slowestBytes) throw tooSlow(address, timeoutMs);
        waitedMs = 0;
        windowBytes = 0;
      }
      yield next.value;
    }
  } catch (error) {
    throw isPackingFault(error) ? damaged(what, address, error) : limits.fault(error);
  } finally {
    raw.destroy();
    stream.destroy();
  }
}

/** What is asked for is more than it may be; `address` as it may be shown. */
export function tooLarge(
  { code, noun, remedies }: AskedThing,
  address: string,
  maxBytes: number,
): FetchError {
  return new FetchError(code, `the ${noun} is larger than ${maxBytes} bytes`, {
    where: address,
    hint: remedies.tooLarge,
  });
}

function unpacked(
  raw: Readable,
  encoding: string | undefined,
  what: AskedThing,
  address: string,
): Readable {
  const decoder = decoderFor(encoding?.trim().toLowerCase() ?? '', what, address);
  if (decoder === undefined) return raw;
  // Errors of either go to whoever reads the decoder.
  return pipeline(raw, decoder, () => undefined);
}

function decoderFor(encoding: string, { code, noun }: AskedThing, address: string) {
  switch (encoding) {
    case '':
    case 'identity':
      return undefined;
    case 'gzip':
    case 'x-gzip':
      return createGunzip();
    case 'deflate':
      return createInflate();
    case 'br':
      return createBrotliDecompress();
    default:
      throw new FetchError(
        code,
        `the answer is packed in a way nobody asked for: ${encoding.slice(0, 40)}`,
        {
          where: address,
          hint: `check the address of the ${noun}, or ask the operator of the server`,
        },
      );
  }
}

function isPackingFault(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' && /^(?:Z_|ERR_BROTLI|ERR__ERROR_FORMAT|ERR_PADDING)/.test(code);
}

function damaged({ code }: AskedThing, address: string, cause: unknown): FetchError {
  return new FetchError(code, `the packing of the answer is damaged: ${messageOf(cause)}`, {
    where: address,
    hint: 'try again later; a proxy may have changed the answer',
    retryable: true,
    isPassing: true,
    cause,
  });
}

function tooSlow(address: string, timeoutMs: number): FetchError {
  return new FetchError(
    'TF_PEER_UNAVAILABLE',
    `the server sends less than ${slowestBytes} bytes in ${timeoutMs / 1000} s`,
    { where: address, hint: 'check the way to the server, or try again later', retryable: true },
  );
}
