import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';

import { FrameReader } from './framing.js';

/** Takes a message and the address of its sender. */
export type OnMessage = (payload: string, sender: string) => void;

export interface SyslogServer {
  readonly port: number;
  close(): Promise<void>;
}

const host = '127.0.0.1';

/** Takes syslog by TCP and UDP on one port of loopback; 0: a port that is free for both. */
export async function startSyslogServer(port: number, onMessage: OnMessage): Promise<SyslogServer> {
  const connections = new Set<Socket>();
  for (let attempt = 1; ; attempt++) {
    const tcp = createServer((socket) => {
      connections.add(socket);
      socket.on('close', () => connections.delete(socket));
      takeConnection(socket, onMessage);
    });
    await listen(tcp, port);
    const bound = (tcp.address() as AddressInfo).port;
    const udp = createSocket('udp4');
    udp.on('message', (data, { address }) => {
      const text = data.toString('utf8').replace(/[\r\n]+$/, '');
      if (text !== '') onMessage(text, address);
    });
    try {
      await bind(udp, bound);
      return { port: bound, close: () => closeAll(tcp, udp, connections) };
    } catch (error) {
      await closeAll(tcp, udp, connections);
      // The port was free for TCP only: another try, where the choice is ours.
      if (port !== 0 || attempt === 5) throw error;
    }
  }
}

function takeConnection(socket: Socket, onMessage: OnMessage): void {
  const reader = new FrameReader();
  const sender = (socket.remoteAddress ?? host).replace(/^::ffff:/, '');
  const pass = (messages: readonly string[]): void => {
    for (const message of messages) onMessage(message, sender);
  };
  socket.on('error', () => undefined);
  socket.on('data', (chunk: Buffer) => {
    pass(reader.read(chunk));
  });
  socket.on('end', () => {
    pass(reader.end());
  });
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((done, failed) => {
    server.once('error', failed).listen(port, host, done);
  });
}

function bind(socket: UdpSocket, port: number): Promise<void> {
  return new Promise((done, failed) => {
    socket.once('error', failed).bind(port, host, done);
  });
}

async function closeAll(
  tcp: Server,
  udp: UdpSocket,
  connections: ReadonlySet<Socket>,
): Promise<void> {
  for (const socket of connections) socket.destroy();
  await Promise.all([
    new Promise<void>((done) => {
      tcp.close(() => {
        done();
      });
    }),
    new Promise<void>((done) => {
      udp.close(done);
    }),
  ]);
}
