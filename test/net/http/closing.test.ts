import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';

import { afterEach, expect, test } from '@jest/globals';

import { askedFeed } from '../../../forwarder/feeds/sources/asked-feed.js';
import { openHttpClient, readJson } from '../../../forwarder/net/index.js';
import { access, faultOf, Setting } from '../support/setting.js';

const setting = new Setting();
afterEach(() => setting.clean());

/** Takes connections and says nothing; as a proxy it passes on to itself. */
async function silentServer() {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    sockets.push(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  setting.keep({
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  });
  const { port } = server.address() as AddressInfo;
  return { server, port };
}

test.each(['none', 'proxy'])(
  'who closes gives up a connection whose handshake is not answered; proxy: %s',
  async (by) => {
    const { server, port } = await silentServer();
    const proxy = by === 'none' ? by : `http://127.0.0.1:${(await setting.proxy()).port}`;
    const url = `https://127.0.0.1:${port}/`;
    // Longer than a test may take: only closing ends it.
    const client = await openHttpClient(url, access({ proxy, timeoutMs: 600_000 }), {
      what: askedFeed,
      clock: Date.now,
    });
    const asked = faultOf(client.ask({ url }, (answer) => readJson(answer, 1000)));
    const [socket] = (await once(server, 'connection')) as [Socket];
    // The greeting of TLS: the handshake has begun.
    await once(socket, 'data');
    const ended = once(socket, 'close');
    await client.close();
    await ended;
    expect(await asked).toMatchObject({ code: 'TF_PEER_UNAVAILABLE' });
  },
);
