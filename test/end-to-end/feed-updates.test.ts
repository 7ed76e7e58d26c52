import { once } from 'node:events';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from '@jest/globals';

import { readLeef } from '../support/leef.js';
import { mispAttributes } from '../support/misp-attributes.js';
import { startMispServer } from '../support/misp-server.js';
import { startService, type ServiceProcess } from '../support/service-process.js';

/** Feeds that change while the service runs, without anybody telling it. */

let directory: string;
let service: ServiceProcess | undefined;
let server: Server | undefined;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tf-updates-'));
});
afterEach(async () => {
  await service?.stop();
  service = undefined;
  server?.closeAllConnections();
  server?.close();
  server = undefined;
  await rm(directory, { recursive: true });
});

async function start(config: string): Promise<void> {
  await writeFile(join(directory, 'forwarder.yaml'), config);
  service = await startService([], { cwd: directory });
}

/** Sends one event with a host, and gives back the ids of what came of it (or of what is said). */
async function send(host: string): Promise<void> {
  const socket = connect(service!.jsaPort, '127.0.0.1');
  await once(socket, 'connect');
  socket.end(`url=http://${host}/x\n`);
  socket.resume();
  await once(socket, 'close');
}

function events(): ReturnType<typeof readLeef>[] {
  return service!.stdout().split('\n').slice(0, -1).map(readLeef);
}

const statusOf = (id: string, feed: string): ReturnType<typeof readLeef>[] =>
  events().filter(({ eventId, attributes }) => eventId === id && attributes['feed'] === feed);

const detected = (host: string): boolean =>
  events().some(({ attributes }) => attributes['url'] === `http://${host}/x`);

/** Puts a finished file in place, as downloaders do. */
async function put(name: string, text: string): Promise<void> {
  const temporary = join(directory, `${name}.tmp`);
  await writeFile(temporary, text);
  await rename(temporary, join(directory, name));
}

test('a file that is replaced is taken in; a damaged one leaves what was, and is told once', async () => {
  await put('list.txt', 'one.example\n');
  await start('feeds: [list.txt]\n');
  await put('list.txt', 'one.example\ntwo.example\n');
  await service!.until(
    () => statusOf('KL_ALERT_UpdatedFeed', 'list').length === 1,
    'status event of the update',
  );
  expect(statusOf('KL_ALERT_UpdatedFeed', 'list')[0]?.attributes['records']).toBe('2');
  await send('two.example');
  await service!.until(() => detected('two.example'), 'detection by the new version');

  await put('list.txt', '[{"mask":"three.example"},{"ma');
  await service!.until(
    () => statusOf('KL_ALERT_FailedToUpdateFeed', 'list').length > 0,
    'status event of the failure',
  );
  const [failure] = statusOf('KL_ALERT_FailedToUpdateFeed', 'list');
  expect(failure?.attributes['error']).toContain('list');
  await send('one.example');
  await service!.until(() => detected('one.example'), 'detection by the old version');

  await put('list.txt', 'two.example\nfour.example\n');
  await service!.until(
    () => statusOf('KL_ALERT_UpdatedFeed', 'list').length === 2,
    'status event of the mended feed',
  );
  await send('four.example');
  await service!.until(() => detected('four.example'), 'detection by the mended version');
  expect(statusOf('KL_ALERT_FailedToUpdateFeed', 'list')).toHaveLength(1);
}, 60_000);

test('a feed with an address is fetched at the start; the service runs before it is there', async () => {
  let answers = 0;
  server = createServer((request, response) => {
    answers += 1;
    if (request.headers['if-none-match'] === '"v1"') response.writeHead(304).end();
    else response.writeHead(200, { etag: '"v1"' }).end('# a list\nfetched.example\n');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await start(`feeds: ["http://127.0.0.1:${port}/lists/partner.txt"]\n`);
  await service!.until(
    () => statusOf('KL_ALERT_UpdatedFeed', 'partner').length === 1,
    'status event of the fetched feed',
  );
  await send('fetched.example');
  await service!.until(() => detected('fetched.example'), 'detection by the fetched feed');
  expect(events().find(({ eventId }) => eventId === 'KL_partner_URL')).toBeDefined();
  expect(answers).toBe(1);
  // The next start has it at once, and does not ask before its time.
  await service!.stop();
  service = await startService([], { cwd: directory });
  await send('fetched.example');
  await service.until(() => detected('fetched.example'), 'detection after a restart');
  expect(answers).toBe(1);
}, 60_000);

test('a source that cannot be reached is told, and nothing else is hurt', async () => {
  await put('list.txt', 'one.example\n');
  // A port that was free a moment ago.
  server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await start(`feeds: [list.txt, "http://127.0.0.1:${port}/gone.txt"]\n`);
  await service!.until(
    () => statusOf('KL_ALERT_FailedToUpdateFeed', 'gone').length === 1,
    'status event of the failed fetch',
  );
  await send('one.example');
  await service!.until(() => detected('one.example'), 'detection by the other feed');
}, 60_000);

test('a live MISP is asked for what no local feed knows; events go on when it is away', async () => {
  const misp = await startMispServer({
    key: 'sesame',
    attributes: mispAttributes([{ type: 'domain', value: 'live.example' }]),
  });
  try {
    await put('list.txt', 'local.example\n');
    await put('never.txt', 'silent.example\n');
    await start(
      [
        'feeds:',
        '  - list.txt',
        `  - { misp: "${misp.address}", live: true, name: Partner, auth: { token: sesame } }`,
        'allowLists: [never.txt]',
        '',
      ].join('\n'),
    );
    await send('live.example');
    await service!.until(
      () => events().some(({ eventId }) => eventId === 'KL_Partner_URL'),
      'detection by the live feed',
    );
    const answer = events().find(({ eventId }) => eventId === 'KL_Partner_URL');
    expect(answer?.attributes).toMatchObject({
      url: 'http://live.example/x',
      matchedIndicator: 'live.example',
      confidence: '50',
    });
    // What a local feed knows is not asked for.
    const asked = misp.requests.length;
    await send('local.example');
    await service!.until(() => detected('local.example'), 'detection by the local feed');
    expect(misp.requests).toHaveLength(asked);
    misp.misbehave({ kind: 'reset' });
    await send('other.example');
    await send('local.example');
    await service!.until(
      () =>
        events().filter(({ attributes }) => attributes['url'] === 'http://local.example/x')
          .length === 2,
      'detection while the server is away',
    );
  } finally {
    await misp.close();
  }
}, 60_000);
