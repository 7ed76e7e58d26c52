import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

import { encodeLeef } from '../../dsm/leef/encode.js';
import { syslogHeader } from '../../dsm/syslog/header.js';
import { readExpected } from '../../verification/expected.js';

export interface FakeServiceOptions {
  /** Where the messages go; the collector's url. */
  readonly collectorUrl: string;
  /** Feeds the fake has "loaded"; default all. */
  readonly feeds?: readonly string[];
  readonly identifier?: string;
  /** Last word on the lines of one detection: none, one or several, changed or not. */
  readonly emit?: (detection: FakeDetection) => readonly string[];
  /** Writes the stream in pieces of this many bytes. */
  readonly chunkBytes?: number;
  /** Closes every JSA connection after this many events. */
  readonly closeAfter?: number;
}

export interface FakeDetection {
  readonly feed: string;
  readonly event: string;
  readonly indicator: string;
  readonly line: string;
}

export interface FakeService {
  readonly port: number;
  /** The lines JSA's stream brought, in order. */
  readonly received: readonly string[];
  close(): Promise<void>;
}

/**
 * A service that knows the answers by heart: it looks up the values of each event in
 * verification/expected.json. It says nothing about the real one; it lets every way in which a
 * service can fall short be tried.
 */
export async function startFakeService(options: FakeServiceOptions): Promise<FakeService> {
  const answers = await answersOf(options.feeds);
  const received: string[] = [];
  const sockets = new Set<Socket>();
  const out = await openCollector(options.collectorUrl);
  let sending: Promise<void> = Promise.resolve();

  const answer = (line: string): void => {
    received.push(line);
    const json = line.indexOf('{"');
    const payload =
      json < 0 ? line : (JSON.parse(line.slice(json)) as { payload: string }).payload.trimEnd();
    const attributes = new Map(
      payload
        .split('|')
        .slice(5)
        .join('|')
        .split('\t')
        .map((item) => [item.slice(0, item.indexOf('=')), item.slice(item.indexOf('=') + 1)]),
    );
    const lines: string[] = [];
    for (const [key, indicator] of attributes) {
      for (const { feed, event } of key === 'src' ? [] : (answers.get(indicator) ?? [])) {
        const text = detectLine(event, indicator, attributes, options.identifier);
        const detection = { feed, event, indicator, line: text };
        lines.push(...(options.emit === undefined ? [text] : options.emit(detection)));
      }
    }
    sending = sending.then(() => out.send(lines, options.chunkBytes));
  };

  const server = createServer((socket) => {
    let rest = '';
    let events = 0;
    sockets.add(socket);
    socket.setEncoding('utf8');
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    socket.on('data', (chunk: string) => {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        events += 1;
        if (options.closeAfter !== undefined && events > options.closeAfter) {
          socket.destroy();
          return;
        }
        answer(line);
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    received,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await sending;
      out.close();
    },
  };
}

function detectLine(
  event: string,
  indicator: string,
  attributes: ReadonlyMap<string | undefined, string | undefined>,
  identifier = 'KL_Threat_Feed_Service_V2',
): string {
  const header = syslogHeader({ facility: 16, severity: 6, host: identifier, atMs: Date.now() });
  const product = { vendor: 'Kaspersky Lab', product: 'Threat Feed Service', version: '2.0' };
  const value = (key: string): string => attributes.get(key) ?? '-';
  return (
    header +
    encodeLeef({ ...product, eventId: event }, [
      ['devTime', String(Date.now())],
      ['sev', '8'],
      ['src', value('src')],
      ['url', value('url')],
      ['md5', value('md5')],
      ['sha1', value('sha1')],
      ['sha256', value('sha256')],
      ['usrName', value('usrName')],
      ['matchedIndicator', indicator],
      ['first_seen', '04.01.2016 16:40'],
    ])
  );
}

async function answersOf(feeds: readonly string[] | undefined) {
  const expected = await readExpected();
  const answers = new Map<string, { readonly feed: string; readonly event: string }[]>();
  for (const [feed, expectations] of expected.feeds) {
    if (feeds !== undefined && !feeds.includes(feed)) continue;
    for (const { indicator, event } of expectations) {
      answers.set(indicator, [...(answers.get(indicator) ?? []), { feed, event }]);
    }
  }
  return answers;
}

interface Out {
  send(lines: readonly string[], chunkBytes: number | undefined): Promise<void>;
  close(): void;
}

async function openCollector(url: string): Promise<Out> {
  const { protocol, hostname, port } = new URL(url);
  if (protocol === 'udp:') {
    const socket = createSocket('udp4');
    return {
      send: async (lines) => {
        for (const line of lines) {
          await new Promise((resolve) => {
            socket.send(`${line}\n`, Number(port), hostname, resolve);
          });
        }
      },
      close: () => {
        socket.close();
      },
    };
  }
  const socket = connect({ host: hostname, port: Number(port), noDelay: true });
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return {
    send: async (lines, chunkBytes) => {
      const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
      const step = chunkBytes ?? Math.max(1, bytes.length);
      for (let at = 0; at < bytes.length; at += step) {
        await new Promise((resolve) => socket.write(bytes.subarray(at, at + step), resolve));
      }
    },
    close: () => {
      socket.destroy();
    },
  };
}
