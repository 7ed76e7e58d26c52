import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';

/** How a service of the tests behaves; everything else is as CyberTrace does it. */
export interface FakeServiceOptions {
  /** The detections of an event; default: one for each `192.0.2.N` in it. */
  readonly detectionsOf?: (event: string) => readonly string[];
  /** The line after them. */
  readonly finished?: string;
  /** Connections that are served; further ones are closed at once. */
  readonly sessions?: number;
  /** Bytes of a reply that are written at a time. */
  readonly pieceBytes?: number;
  /** So many events of each connection are answered; then it is silent, or closes. */
  readonly answers?: number;
  readonly then?: 'silent' | 'close';
  /** Waited for before an event is answered. */
  readonly gate?: (event: string) => Promise<void>;
  readonly path?: string;
}

export interface FakeService {
  /** As --connect has it. */
  readonly address: string;
  /** Events in the order in which they came, over all connections. */
  readonly events: readonly string[];
  /** What each connection began with before its first event. */
  readonly flags: readonly string[];
  readonly connections: number;
  close(): Promise<void>;
}

const flagForm = /^(?:X-KF-SendFinishedEvent|X-KF-ReplyBack|X-KF-SaveStatistic)*/;

/** `- category=KL_IP_Reputation matchedIndicator=192.0.2.N …` for every such address. */
export function addressDetections(event: string): readonly string[] {
  return [...event.matchAll(/192\.0\.2\.\d+/g)].map(
    ([address]) => `- category=KL_IP_Reputation matchedIndicator=${address} url=- ip=${address}`,
  );
}

/** Speaks the protocol of port 9999 by hand. */
export async function startFakeService(options: FakeServiceOptions = {}): Promise<FakeService> {
  const events: string[] = [];
  const flags: string[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  const server: Server = createServer((socket) => {
    connections += 1;
    socket.on('error', () => undefined);
    if (sockets.size >= (options.sessions ?? Infinity)) {
      socket.destroy();
      return;
    }
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    serve(socket, options, events, flags);
  });
  if (options.path === undefined) server.listen(0, '127.0.0.1');
  else server.listen(options.path);
  await once(server, 'listening');
  const { path } = options;
  return {
    address: path ?? `127.0.0.1:${(server.address() as AddressInfo).port}`,
    events,
    flags,
    get connections() {
      return connections;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

function serve(
  socket: Socket,
  options: FakeServiceOptions,
  events: string[],
  flags: string[],
): void {
  const { detectionsOf = addressDetections, finished = 'LookupFinished', pieceBytes } = options;
  let text = '';
  let begins = true;
  let wantsReplies = false;
  let answered = 0;
  let work: Promise<void> = Promise.resolve();
  const answer = async (event: string): Promise<void> => {
    await options.gate?.(event);
    if (socket.destroyed || !wantsReplies) return;
    if (answered >= (options.answers ?? Infinity)) {
      if (options.then !== 'silent') socket.destroy();
      return;
    }
    answered += 1;
    const reply = [...detectionsOf(event), finished].map((line) => `${line}\n`).join('');
    const bytes = Buffer.from(reply);
    for (let at = 0; at < bytes.length; at += pieceBytes ?? bytes.length) {
      socket.write(bytes.subarray(at, at + (pieceBytes ?? bytes.length)));
      if (pieceBytes !== undefined) await new Promise((resolve) => setImmediate(resolve));
    }
  };
  socket.setNoDelay(true);
  socket.setEncoding('utf8').on('data', (piece: string) => {
    text += piece;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n')) {
      let event = text.slice(0, end).replace(/\r$/, '');
      text = text.slice(end + 1);
      if (begins) {
        const flag = flagForm.exec(event)?.[0] ?? '';
        flags.push(flag);
        event = event.slice(flag.length);
        wantsReplies = flag.includes('X-KF-ReplyBack');
        begins = false;
      }
      events.push(event);
      work = work.then(() => answer(event));
    }
  });
}
