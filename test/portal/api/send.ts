import type { ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';

import type { FaultPlace } from '../test-portal.js';
import type { Answer } from './answers.js';

const chunk = 'A'.repeat(64 * 1024);

export function send(response: ServerResponse, { status, body, headers }: Answer): void {
  if (response.destroyed) return;
  response.writeHead(status, headersOf(body, headers)).end(body);
}

/** Sends the answer up to a place, then cuts the connection, or says nothing more. */
export function sendPart(
  response: ServerResponse,
  { status, body, headers }: Answer,
  where: FaultPlace,
  isCut: boolean,
): void {
  const end = (): void => {
    if (isCut) response.socket?.destroy();
  };
  switch (where) {
    case 'before-headers':
      end();
      return;
    case 'after-headers':
      response.writeHead(status, headersOf(body, headers)).flushHeaders();
      // Only what was written out is seen by the client: the cut comes after it.
      response.socket?.write('', end);
      return;
    case 'in-body': {
      const bytes = Buffer.from(body);
      response
        .writeHead(status, headersOf(body, headers))
        .write(bytes.subarray(0, bytes.length >> 1), end);
      return;
    }
    default:
      where satisfies never;
  }
}

/** Sends a JSON text of so many bytes, no faster than it is taken, until the client goes. */
export async function sendHuge(
  response: ServerResponse,
  { status, headers }: Answer,
  bytes: number,
): Promise<void> {
  if (response.destroyed) return;
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  try {
    await pipeline(jsonOf(bytes), response);
  } catch {
    // The client had enough.
  }
}

function* jsonOf(bytes: number): Generator<string> {
  const [start, end] = ['{"Zone":"', '"}'];
  yield start;
  let left = Math.max(0, bytes - start.length - end.length);
  for (; left > chunk.length; left -= chunk.length) yield chunk;
  yield chunk.slice(0, left);
  yield end;
}

function headersOf(
  body: string,
  headers: Answer['headers'],
): Readonly<Record<string, string | number>> {
  return {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    ...headers,
  };
}
