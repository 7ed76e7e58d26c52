import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';

import type { ConsoleOptions, Exchange } from '../../../dsm/console/index.js';
import { tlsObstacle, type Authority, type Certificate } from '../../support/certificates.js';
import { inTurn, json, redirect, text } from '../../support/https-server.js';
import {
  asConsoleAuthority,
  cut,
  errorOf,
  refusal,
  silent,
  startSmallConsole,
  token,
  type SmallConsole,
} from './client-support.js';

const withTls = tlsObstacle === undefined ? describe : describe.skip;

withTls('the client of the REST API', () => {
  let authority: Authority;
  let certificate: Certificate;
  let server: SmallConsole;
  beforeAll(() => {
    authority = asConsoleAuthority();
    certificate = authority.issue({ name: 'console', names: 'IP:127.0.0.1' });
  });
  afterAll(() => {
    authority.remove();
  });
  beforeEach(async () => {
    server = await startSmallConsole(authority, certificate);
  });
  afterEach(() => server.close());

  const askedFor = (path: string) =>
    server.asked.filter((asked) => asked.path.split('?')[0] === `/api${path}`);

  test('finds out what the console is, and speaks the newest version both know', async () => {
    const { facts } = await server.open();
    expect(facts).toEqual({
      address: server.url(''),
      apiVersion: '21.0',
      release: '7.5.0 UP9',
      clockOffsetMs: expect.any(Number),
      certificate: {
        fingerprint: expect.stringMatching(/^(?:[0-9A-F]{2}:){31}[0-9A-F]{2}$/),
        validTo: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z$/),
        subject: 'console',
      },
    });
    const [asked, about] = server.asked;
    expect(asked?.headers).toMatchObject({
      sec: token,
      accept: 'application/json',
      'user-agent': 'threat-forwarder',
    });
    expect(about?.headers['version']).toBe('21.0');
  });

  test('tells how far the clocks are apart, in whole seconds', async () => {
    const theirs = new Date(Date.now() - 3_600_000).toUTCString();
    server.on('/api/help/versions', text('[{"version":"20.0"}]', { date: theirs }));
    const { clockOffsetMs = NaN } = (await server.open()).facts;
    expect(Number.isInteger(clockOffsetMs / 1000)).toBe(true);
    expect(clockOffsetMs).toBeLessThanOrEqual(-3_600_000);
    expect(clockOffsetMs).toBeGreaterThan(-3_700_000);
  });

  test('gets, posts and deletes; the address may end in /api/', async () => {
    const client = await server.open({ url: `${server.url('')}/api/` });
    server.on('/api/things', json({ id: 7 }));
    server.on('/api/things/7', (_request, response) => response.writeHead(204).end());
    expect(await client.get('/things', { filter: 'name="a b&c"', none: undefined })).toEqual({
      id: 7,
    });
    expect(
      await client.post('/things', { query: { x: 1 }, body: { name: 'é' }, headers: { a: 'b' } }),
    ).toEqual({ id: 7 });
    await client.delete('/things/7');
    expect(await client.post('/things/7')).toBeUndefined();
    expect(server.asked.slice(2)).toEqual([
      expect.objectContaining({ method: 'GET', path: '/api/things?filter=name%3D%22a%20b%26c%22' }),
      expect.objectContaining({
        method: 'POST',
        path: '/api/things?x=1',
        body: '{"name":"é"}',
        headers: expect.objectContaining({ a: 'b', 'content-type': 'application/json' }),
      }),
      expect.objectContaining({ method: 'DELETE', path: '/api/things/7', body: '' }),
      expect.objectContaining({ method: 'POST', path: '/api/things/7', body: '' }),
    ]);
  });

  test('the console may stand below a path', async () => {
    for (const path of ['help/versions', 'system/about']) {
      server.on(`/jsa/api/${path}`, json(path === 'system/about' ? {} : [{ version: '20.0' }]));
    }
    const { facts } = await server.open({ url: server.url('/jsa/') });
    expect(facts).toMatchObject({ address: server.url('/jsa'), release: undefined });
  });

  test('what may not be asked about the release does not matter', async () => {
    server.on('/api/system/about', refusal(403, 17, 'no capability'));
    expect((await server.open()).facts.release).toBeUndefined();
  });

  test.each([
    [
      'a wrong token',
      refusal(401, 18, 'No SEC header present in request.'),
      'TF_CONFIG',
      /does not accept the token \(HTTP 401, code 18\)$/,
      /Authorized Services.*Deploy/,
    ],
    [
      'a capability that is missing',
      refusal(403, 17, 'ADMIN is needed'),
      'TF_CONFIG',
      /may not do this: ADMIN is needed/,
      /role Admin/,
    ],
    [
      'another path',
      refusal(404, 1002, 'gone'),
      'TF_CONSOLE',
      /^gone \(HTTP 404, code 1002\)$/,
      /removed/,
    ],
    [
      'a conflict',
      refusal(409, 1008, 'The mapping exists.', {
        description: 'Same triple',
        details: { reason: 'x' },
      }),
      'TF_CONSOLE',
      /^The mapping exists; Same triple; x \(HTTP 409, code 1008\)$/,
      /exists already/,
    ],
    [
      'a wrong value',
      refusal(422, 1005, 'severity\u001b[31m'),
      'TF_CONSOLE',
      /^severity \[31m \(HTTP 422, code 1005\)$/,
      /value/,
    ],
    [
      'a version that is refused',
      refusal(422, 5, 'Version (99.0) from header parameter (Version) is not a valid version.'),
      'TF_CONFIG',
      /refuses this version/,
      /--api-version/,
    ],
    [
      'a version that was removed',
      refusal(404, 5, 'Version (3.0) from header parameter (Version) has been removed'),
      'TF_CONFIG',
      /refuses this version/,
      /--api-version/,
    ],
    ['another refusal', refusal(405, 9, 'no'), 'TF_CONSOLE', /refuses this: no/, /release/],
    [
      'a failure inside',
      refusal(500, 20, 'NullPointer'),
      'TF_PEER_UNAVAILABLE',
      /cannot answer now: NullPointer/,
      /minutes/,
    ],
    [
      'a redirect',
      redirect('https://elsewhere.example/'),
      'TF_CONFIG',
      /sends us on to https:\/\/elsewhere.example\/ \(HTTP 302\)/,
      /not followed/,
    ],
    [
      'a page for people',
      text('<html>login', { 'content-type': 'text/html' }),
      'TF_CONFIG',
      /not the REST API.*HTTP 200, text\/html/,
      /https:\/\/HOST/,
    ],
    ['a text', text('hello'), 'TF_CONFIG', /not the REST API/, /https:\/\/HOST/],
    [
      'broken JSON',
      text('{"a":', { 'content-type': 'application/json' }),
      'TF_CONSOLE',
      /broken JSON/,
      /again/,
    ],
  ])('%s is told at once, for people', async (_what, answer, code, message, hint) => {
    const client = await server.open();
    server.on('/api/things', answer);
    const error = await errorOf(client.get('/things'));
    expect(error).toMatchObject({
      code,
      message: expect.stringMatching(message),
      hint: expect.stringMatching(hint),
      where: server.url('/api/things'),
    });
    expect(askedFor('/things')).toHaveLength(1);
  });

  test.each([
    ['a page for people', text('<html>', { 'content-type': 'text/html' })],
    ['an object', json({})],
    ['nothing there', refusal(404, 1, '')],
    ['a wrong token', refusal(401, 18, '')],
    ['no version that is known', json([{ version: '99.0' }, { version: '3.0', removed: true }, 5])],
  ])('opening ends as TF_CONFIG: %s', async (_what, answer) => {
    server.on('/api/help/versions', answer);
    expect(await errorOf(server.open())).toMatchObject({ code: 'TF_CONFIG' });
    expect(askedFor('/system/about')).toHaveLength(0);
  });

  test('503 twice, then good: both GET and POST go on', async () => {
    const exchanges: Exchange[] = [];
    const client = await server.open({ onExchange: (exchange) => exchanges.push(exchange) });
    const busy = refusal(503, 1010, 'The ariel server is offline');
    for (const method of ['get', 'post'] as const) {
      server.on('/api/things', inTurn(busy, busy, json({ id: 1 })));
      expect(await client[method]('/things')).toEqual({ id: 1 });
    }
    expect(
      exchanges.slice(2).map(({ method, status, attempt }) => [method, status, attempt]),
    ).toEqual(
      ['GET', 'POST'].flatMap((method) => [
        [method, 503, 1],
        [method, 503, 2],
        [method, 200, 3],
      ]),
    );
    expect(exchanges[2]).toEqual({
      method: 'GET',
      path: '/things',
      status: 503,
      attempt: 1,
      durationMs: expect.any(Number),
      problem: expect.stringContaining('The ariel server is offline'),
    });
  });

  test('503 for ever ends', async () => {
    const client = await server.open({ attempts: 3 });
    server.on('/api/things', refusal(503, 1010, 'offline'));
    expect(await errorOf(client.delete('/things'))).toMatchObject({
      code: 'TF_PEER_UNAVAILABLE',
      status: 503,
      apiCode: 1010,
      retryable: true,
    });
    expect(askedFor('/things')).toHaveLength(3);
  });

  test.each([502, 504])('%d: GET goes on, POST may have been done and does not', async (status) => {
    const client = await server.open();
    const failing: typeof silent = (_request, response) => response.writeHead(status).end('<html>');
    server.on('/api/things', inTurn(failing, json([])));
    expect(await client.get('/things')).toEqual([]);
    server.on('/api/things', inTurn(failing, json([])));
    expect(await errorOf(client.post('/things'))).toMatchObject({ status, retryable: true });
    expect(askedFor('/things')).toHaveLength(3);
  });

  test('a connection that is cut: GET goes on, POST and DELETE do not', async () => {
    const client = await server.open();
    server.on('/api/things', inTurn(cut, json([])));
    expect(await client.get('/things')).toEqual([]);
    server.on('/api/things', cut);
    const broken = { code: 'TF_PEER_UNAVAILABLE', status: undefined, retryable: true };
    expect(await errorOf(client.post('/things'))).toMatchObject(broken);
    expect(await errorOf(client.delete('/things'))).toMatchObject(broken);
    expect(askedFor('/things').map(({ method }) => method)).toEqual([
      'GET',
      'GET',
      'POST',
      'DELETE',
    ]);
  });

  test('a connection that is never opened: POST goes on too', async () => {
    const exchanges: Exchange[] = [];
    // So that no open connection is left to be used.
    server.on('/api/help/versions', text('[{"version":"20.0"}]', { connection: 'close' }));
    server.on('/api/system/about', text('{}', { connection: 'close' }));
    const client = await server.open({ attempts: 3, onExchange: (one) => exchanges.push(one) });
    await server.stop();
    expect(await errorOf(client.post('/things'))).toMatchObject({
      code: 'TF_PEER_UNAVAILABLE',
      message: 'the console refuses the connection',
    });
    expect(exchanges.slice(2).map(({ attempt, status }) => [attempt, status])).toEqual([
      [1, undefined],
      [2, undefined],
      [3, undefined],
    ]);
  });

  test.each([
    ['silence', silent],
    ['silence in the middle', (_request, response) => response.write('{')],
  ] satisfies [string, typeof silent][])(
    '%s ends in time, after a second try',
    async (_what, answer) => {
      server.on('/api/help/versions', answer);
      const exchanges: Exchange[] = [];
      const more = {
        timeoutMs: 300,
        attempts: 2,
        onExchange: (one: Exchange) => exchanges.push(one),
      };
      expect(await errorOf(server.open(more))).toMatchObject({
        code: 'TF_PEER_UNAVAILABLE',
        // The second on a machine that took longer than this to connect to itself.
        message: expect.stringMatching(/did not answer within 0\.3 s|does not take the connection/),
        retryable: true,
      });
      expect(exchanges).toHaveLength(2);
    },
  );

  test('a wait ends when it is stopped, and so does every request after', async () => {
    const stop = new AbortController();
    const onExchange = ({ status }: Exchange): void => {
      if (status === 503) stop.abort();
    };
    const client = await server.open({ firstPauseMs: 1e6, signal: stop.signal, onExchange });
    server.on('/api/things', refusal(503, 1, ''));
    const stopped = { code: 'TF_PEER_UNAVAILABLE', message: expect.stringContaining('stopped') };
    expect(await errorOf(client.get('/things'))).toMatchObject(stopped);
    expect(await errorOf(client.get('/other'))).toMatchObject(stopped);
    expect(askedFor('/other')).toHaveLength(0);
  });

  test('a request that is under way is stopped', async () => {
    const stop = new AbortController();
    const client = await server.open({ signal: stop.signal });
    server.on('/api/things', () => {
      stop.abort();
    });
    expect(await errorOf(client.post('/things'))).toMatchObject({ retryable: false });
  });

  test.each<[string, Partial<ConsoleOptions>]>([
    ['http://', { url: 'http://127.0.0.1' }],
    ['no address', { url: 'console' }],
    ['a password in the address', { url: `https://admin:${token}@127.0.0.1` }],
    ['a query', { url: 'https://127.0.0.1/?a' }],
    ['an empty token', { token: '' }],
    ['a token of two lines', { token: 'a\nb' }],
    ['a fingerprint that is none', { fingerprint: 'AA:BB' }],
    ['authorities that are none', { ca: 'PEM' }],
    ['a version that is not offered', { apiVersion: '9.0' }],
  ])('%s is refused', async (_what, more) => {
    const error = await errorOf(server.open(more));
    expect(error).toMatchObject({ code: 'TF_CONFIG', hint: expect.any(String) });
    expect(JSON.stringify(error) + error.message).not.toContain(token);
  });

  test('a version that is wanted is spoken', async () => {
    const { facts } = await server.open({ apiVersion: '19.0' });
    expect(facts.apiVersion).toBe('19.0');
    expect(askedFor('/system/about')[0]?.headers['version']).toBe('19.0');
  });
});
