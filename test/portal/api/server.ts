import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type ServerOptions } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';

import type { Pauses } from '../../console/api/pauses.js';
import type { PortalFault, PortalRequest } from '../test-portal.js';
import { type Answer, type Answers, refusal } from './answers.js';
import { authorise, certificateName, type Door } from './authorise.js';
import type { Faults } from './faults.js';
import { send, sendHuge, sendPart } from './send.js';
import { readTarget, type Target } from './target.js';

export interface ServerParts {
  readonly tls: ServerOptions;
  readonly port: number;
  readonly delayMs: number;
  readonly door: Door;
  readonly answers: Answers;
  readonly faults: Faults;
  readonly pauses: Pauses;
  /** Told of each request at once; its status is set later. */
  readonly onRequest: (request: Noted, response: ServerResponse) => void;
  readonly onConnection: () => void;
}

type Noted = { -readonly [Key in keyof PortalRequest]: PortalRequest[Key] };
type Authorised = PortalRequest['authorisedBy'];

/** Serves the API over HTTPS on loopback. */
export async function startServer(parts: ServerParts) {
  const server = createServer(parts.tls, (request, response) => {
    void serve(parts, request, response);
  });
  // Those in their handshake are no connections yet for the server: close() needs them all.
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket.once('close', () => sockets.delete(socket)));
  });
  server.on('secureConnection', parts.onConnection);
  // A client that breaks off its handshake, or that we refuse, is no fault here.
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((done, failed) => {
    server.once('error', failed).listen(parts.port, '127.0.0.1', done);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise<void>((done) => {
        server.close(() => {
          done();
        });
        server.closeAllConnections();
        for (const socket of sockets) socket.destroy();
      }),
  };
}

async function serve(
  parts: ServerParts,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  response.on('error', () => undefined);
  request.resume();
  const target = readTarget(request.url ?? '', parts.door.isOpenTip);
  const authorisedBy = authorise(parts.door, request);
  const noted: Noted = {
    method: request.method ?? '',
    ...target,
    authorisedBy,
    certificateName: certificateName(request),
    headers: withoutSecrets(request),
    receivedAtMs: Date.now(),
    status: undefined,
  };
  parts.onRequest(noted, response);
  const fault = parts.faults.take(target);
  const answer = answerOf(parts, request, target, authorisedBy, fault);
  await parts.pauses.wait(parts.delayMs + (fault?.kind === 'delay' ? fault.ms : 0));
  if (fault?.kind === 'cut' || fault?.kind === 'silence') {
    noted.status = 0;
    sendPart(response, answer, fault.where ?? 'before-headers', fault.kind === 'cut');
    return;
  }
  noted.status = answer.status;
  if (fault?.kind === 'answer' && fault.bodyBytes !== undefined) {
    await sendHuge(response, answer, fault.bodyBytes);
    return;
  }
  send(response, answer);
}

function answerOf(
  { door, answers }: ServerParts,
  request: IncomingMessage,
  target: Target,
  authorisedBy: Authorised,
  fault: PortalFault['what'] | undefined,
): Answer {
  switch (fault?.kind) {
    case 'answer':
      return {
        status: fault.status,
        body: fault.body ?? JSON.stringify({ message: 'as asked for' }),
        headers: {
          'content-type': fault.contentType ?? 'application/json',
          ...(fault.retryAfter === undefined ? {} : { 'retry-after': fault.retryAfter }),
        },
      };
    case 'redirect':
      return { status: fault.status ?? 302, body: '', headers: { location: fault.to } };
    case 'cut':
    case 'silence':
    case 'delay':
    case undefined:
      break;
    default:
      fault satisfies never;
  }
  if (request.method !== 'GET') return refusal(405, 'GET only');
  if (authorisedBy === undefined) {
    return {
      ...refusal(401, 'not authenticated'),
      ...(door.isOpenTip ? {} : { headers: { 'www-authenticate': 'Basic' } }),
    };
  }
  return answers.answerTo(target);
}

function withoutSecrets({ headers }: IncomingMessage): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => name !== 'authorization' && name !== 'x-api-key' && name !== 'cookie')
      .map(([name, value = '']) => [name, String(value)]),
  );
}
