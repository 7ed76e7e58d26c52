import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

import { startTestConsole } from './start-test-console.js';
import { ask, lineOf } from './support.js';
import type { RoutingRule, TestConsole, TestConsoleOptions } from './test-console.js';

const sources = '/config/event_sources/log_source_management/log_sources';
const identifier = 'KL_Threat_Feed_Service_V2';
const universal = 212;

let open: TestConsole[] = [];

async function start(options: TestConsoleOptions = {}): Promise<TestConsole> {
  const console = await startTestConsole({ deployMs: 0, ...options });
  open.push(console);
  return console;
}

beforeEach(() => {
  open = [];
});

afterEach(async () => {
  for (const console of open) await console.close();
});

/** Sends lines by TCP and waits until the console has taken them. */
async function send({ syslog, events }: TestConsole, lines: readonly string[]): Promise<void> {
  const wanted = events.length + lines.length;
  const socket = connect(syslog);
  socket.end(lines.map((line) => `${line}\n`).join(''));
  await once(socket, 'close');
  while (events.length < wanted) await new Promise(setImmediate);
}

const sourceBody = {
  ...{ name: identifier, type_id: universal, protocol_type_id: 0, coalesce_events: false },
  protocol_parameters: [
    { name: 'identifier', value: identifier },
    { name: 'incomingPayloadEncoding', value: 'UTF-8' },
  ],
};

describe('the API', () => {
  test('a request without the token, or with another, is refused and noted', async () => {
    const console = await start();
    for (const SEC of [undefined, 'another']) {
      const { status, body } = await ask(console, 'GET', '/help/versions', undefined, { SEC });
      expect(status).toBe(401);
      expect(body).toMatchObject({ code: 18, http_response: { code: 401 }, details: {} });
    }
    expect(console.requests).toMatchObject([{ status: 401 }, { status: 401 }]);
    expect(JSON.stringify(console.requests)).not.toContain(console.token);
  });

  test('versions: those it has, the newest when none is named, no other', async () => {
    const console = await start({ versions: ['19.0', '20.0'] });
    const { body } = await ask(console, 'GET', '/help/versions?fields=version');
    expect(body).toEqual([{ version: '19.0' }, { version: '20.0' }]);
    const without = await ask(console, 'GET', '/system/about', undefined, { Version: undefined });
    expect(without.status).toBe(200);
    const wrong = await ask(console, 'GET', '/system/about', undefined, { Version: '18.0' });
    expect(wrong).toMatchObject({
      status: 422,
      body: { message: expect.stringMatching(/^Version \(18\.0\)/) },
    });
  });

  test.each([
    ['GET', '/nothing', undefined, 404],
    ['DELETE', '/data_classification/qid_records/1', undefined, 405],
    ['GET', '/system/about?filtre=x', undefined, 422],
    ['POST', '/data_classification/qid_records', undefined, 422],
    ['POST', '/data_classification/qid_records', { name: 'x', log_source_type_id: universal }, 422],
    ['POST', sources, { ...sourceBody, coalesceEvents: false }, 422],
    ['POST', sources, { ...sourceBody, coalesce_events: 'false' }, 422],
    ['POST', sources, { ...sourceBody, protocol_parameters: [] }, 422],
    ['GET', `${sources}?filter=nam%3D1`, undefined, 422],
  ])('a mistake shows: %s %s %j', async (method, path, body, status) => {
    const console = await start();
    expect((await ask(console, method, path, body)).status).toBe(status);
    expect(console.changes).toBe(0);
  });

  test('a log source takes events only after the deployment', async () => {
    const console = await start();
    expect(
      await ask(console, 'POST', '/staged_config/deploy_status', { type: 'FULL' }),
    ).toMatchObject({
      ...{ status: 409, body: { code: 1002 } },
    });
    const { status, body } = await ask(console, 'POST', sources, sourceBody);
    expect({ status, body }).toMatchObject({ status: 201, body: { requires_deploy: true } });
    expect(await ask(console, 'POST', sources, sourceBody)).toMatchObject({
      ...{ status: 409, body: { code: 1001 } },
    });
    await send(console, [lineOf('E')]);
    expect(console.events[0]?.logSourceTypeName).toBe('SIM Generic Log DSM');
    await ask(console, 'POST', '/staged_config/deploy_status', { type: 'INCREMENTAL' });
    expect(await ask(console, 'GET', '/staged_config/deploy_status')).toMatchObject({
      body: { status: 'IN_PROGRESS' },
    });
    await send(console, [lineOf('E')]);
    expect(console.events[1]?.logSourceName).toBe(identifier);
    expect(await ask(console, 'GET', '/staged_config/deploy_status')).toMatchObject({
      body: { status: 'COMPLETE', percent_complete: 100 },
    });
    expect(console.changes).toBe(2);
  });

  test('a deployment that is still running changes nothing, and there is no second', async () => {
    const console = await start({ deployMs: 3_600_000 });
    await ask(console, 'POST', sources, sourceBody);
    const deploy = () => ask(console, 'POST', '/staged_config/deploy_status', { type: 'FULL' });
    expect((await deploy()).status).toBe(200);
    expect(await deploy()).toMatchObject({ status: 409, body: { code: 1002 } });
    await send(console, [lineOf('E')]);
    expect(console.events[0]?.logSourceTypeName).toBe('SIM Generic Log DSM');
    expect(console.snapshot()).toMatchObject({ logSources: [{ isDeployed: false }] });
  });

  test('the type of a QID record is not told; identifiers name properties, numbers do not', async () => {
    const console = await start();
    const record = { name: 'x', log_source_type_id: universal, low_level_category_id: 7061 };
    const qid = await ask(console, 'POST', '/data_classification/qid_records', record);
    expect(qid).toMatchObject({ status: 201, body: { log_source_type_id: null, severity: 7 } });
    const path = '/config/event_sources/custom_properties/regex_properties';
    const { body } = await ask(console, 'POST', path, { name: 'P', property_type: 'string' });
    const { id, identifier: uuid } = body as { readonly id: number; readonly identifier: string };
    expect((await ask(console, 'DELETE', `${path}/${id}`)).status).toBe(404);
    expect(await ask(console, 'DELETE', `${path}/${uuid}`)).toMatchObject({
      status: 202,
      headers: { location: expect.stringMatching(/regex_property_delete_tasks\/1$/) },
      body: { status: 'QUEUED' },
    });
    expect((await ask(console, 'GET', path)).body).toEqual([]);
  });

  test('an error of a bulk change stands in its task only', async () => {
    const console = await start();
    const { status, body, headers } = await ask(console, 'PATCH', sources, [{ id: 4711 }]);
    expect({ status, body }).toEqual({ status: 202, body: undefined });
    const task = String(headers['location']).replace(/^\/api/, '');
    expect((await ask(console, 'GET', task)).body).toMatchObject({ status: 'EXCEPTION' });
  });

  test('two consoles that were set up alike have equal snapshots', async () => {
    const [one, other] = [await start(), await start()];
    expect(one.snapshot()).toEqual(other.snapshot());
    await ask(one, 'POST', sources, sourceBody);
    expect(one.snapshot()).not.toEqual(other.snapshot());
    await ask(other, 'POST', sources, sourceBody);
    expect(one.snapshot()).toEqual(other.snapshot());
  });
});

describe('searches', () => {
  const post = (console: TestConsole, aql: string) =>
    ask(console, 'POST', `/ariel/searches?query_expression=${encodeURIComponent(aql)}`);

  test('a search finds what has come, page by page; an equal one is the same', async () => {
    const console = await start();
    await send(console, ['one', 'two', 'three']);
    const aql = 'SELECT UTF8(payload) AS p FROM events LAST 5 MINUTES';
    const { status, body } = await post(console, aql);
    expect({ status, body }).toMatchObject({ status: 201, body: { status: 'WAIT' } });
    const { search_id: id } = body as { readonly search_id: string };
    expect((await post(console, aql)).body).toMatchObject({ search_id: id });
    expect((await post(console, `${aql} `)).body).not.toMatchObject({ search_id: id });
    expect(await ask(console, 'GET', `/ariel/searches/${id}`)).toMatchObject({
      ...{ status: 200, body: { status: 'COMPLETED', record_count: 3 } },
    });
    const range = { Range: 'items=1-1' };
    const page = await ask(console, 'GET', `/ariel/searches/${id}/results`, undefined, range);
    expect(page).toMatchObject({
      headers: { 'content-range': 'items 1-1/3' },
      body: { events: [{ p: 'two' }] },
    });
    expect(console.changes).toBe(0);
  });

  test('while it runs there are no results, and a wait that ends too early is 206', async () => {
    const console = await start({ searchDelayMs: 3_600_000 });
    const { body } = await post(console, 'SELECT qid FROM events');
    const path = `/ariel/searches/${(body as { readonly search_id: string }).search_id}`;
    expect((await ask(console, 'GET', `${path}/results`)).body).toMatchObject({ code: 1003 });
    const waited = await ask(console, 'GET', path, undefined, { Prefer: 'wait=0' });
    expect(waited).toMatchObject({ status: 206, body: { status: 'WAIT' } });
    expect((await ask(console, 'DELETE', path)).status).toBe(202);
    expect((await ask(console, 'GET', path)).status).toBe(404);
  });

  test('AQL that cannot be read is 422/2000', async () => {
    const console = await start();
    expect(await post(console, 'SELECT FROM')).toMatchObject({ status: 422, body: { code: 2000 } });
  });
});

describe('syslog and forwarding', () => {
  test('UDP comes in on the same port', async () => {
    const console = await start();
    const socket = createSocket('udp4');
    socket.send('<13>Jul 10 10:10:16 host1 hello\n', console.syslog.port, console.syslog.host);
    while (console.events.length === 0) await new Promise(setImmediate);
    socket.close();
    expect(console.events[0]).toMatchObject({ identifier: 'host1', isUnparsed: true });
  });

  test.each(['json', 'payload'] as const)('what fits the rule goes on as %s', async (format) => {
    const console = await start();
    console.addLogSource({ name: 'Feeds', identifier, typeName: 'Universal LEEF' });
    const connections: Socket[] = [];
    let text = '';
    const server = createServer((socket) => {
      connections.push(socket);
      socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const rule: RoutingRule = { host: '127.0.0.1', port, format, identifiers: [identifier] };
    console.forward(rule);
    const lines = ['1', '2'].map((n) => lineOf('E', { src: '10.0.0.1', usrName: 'ann', n }));
    await send(console, [lines[0] ?? '', 'another']);
    await send(console, [lines[1] ?? '']);
    while (text.split('\n').length < 3) await new Promise(setImmediate);
    const received = text.trimEnd().split('\n');
    expect(connections).toHaveLength(1);
    if (format === 'payload') expect(received).toEqual(lines);
    else {
      const envelope = JSON.parse(received[1] ?? '') as Record<string, unknown>;
      expect(envelope).toMatchObject({
        ...{ category: 'E', src: '10.0.0.1', usrName: 'ann', payload: `${lines[1] ?? ''}\n` },
        ...{ eventName: 'Unknown', lowLevelCategory: 'Unknown', logSource: 'Feeds' },
        ...{ logSourceType: 'Universal LEEF', logSourceIdentifier: identifier, eventCnt: '1' },
      });
      expect(Object.values(envelope).every((value) => typeof value === 'string')).toBe(true);
    }
    for (const socket of connections) socket.destroy();
    server.close();
  });
});

describe('faults', () => {
  test('an answer instead of the service, so often, after so many, where it fits', async () => {
    const console = await start();
    console.fail({
      ...{ method: 'GET', path: /^\/system/, after: 1, times: 2 },
      what: { kind: 'answer', status: 503, code: 1010, message: 'later' },
    });
    const statuses: number[] = [];
    for (let i = 0; i < 4; i++) statuses.push((await ask(console, 'GET', '/system/about')).status);
    expect(statuses).toEqual([200, 503, 503, 200]);
  });

  test.each([
    [false, 0],
    [true, 1],
  ])('a cut connection; served before: %s', async (isServed, changes) => {
    const console = await start();
    console.fail({ path: /log_sources$/, what: { kind: 'cut', isServed } });
    await expect(ask(console, 'POST', sources, sourceBody)).rejects.toThrow();
    expect(console.changes).toBe(changes);
  });

  test('an answer that is delayed past the end of the console comes no more', async () => {
    const console = await start();
    console.fail({ path: /about/, what: { kind: 'delay', ms: 3_600_000 } });
    const asked = ask(console, 'GET', '/system/about').catch(() => 'nothing');
    while (console.requests.length === 0) await new Promise(setImmediate);
    open = [];
    await console.close();
    await asked;
  });

  test('an expired certificate is refused by the client', async () => {
    const console = await start({ isCertificateExpired: true });
    await expect(ask(console, 'GET', '/system/about')).rejects.toThrow(/expired/);
  });
});
