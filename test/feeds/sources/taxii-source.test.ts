import { afterEach, describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { readFileSync } from 'node:fs';

import { ServiceError } from '../../../forwarder/core/index.js';
import { taxiiQuery } from '../../../forwarder/feeds/sources/taxii-query.js';
import { taxiiSource } from '../../../forwarder/feeds/sources/taxii-source.js';
import { failing, json } from '../../support/https-server.js';
import { indicator, startTaxiiServer, type TaxiiOptions } from '../../support/taxii-server.js';
import { access, faultOf, nowMs } from '../../net/support/setting.js';
import { FetchSetting } from './support/setting.js';

const setting = new FetchSetting();
afterEach(() => setting.clean());

async function serving(count: number, options: TaxiiOptions = {}) {
  const server = setting.keep(await startTaxiiServer(options));
  for (let number = 0; number < count; number++) server.objects.push(indicator(number));
  return server;
}

function idsIn(file: string): string[] {
  const content = readFileSync(file, 'utf8');
  expect(content === '' || content.endsWith('\n')).toBe(true);
  return content
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => (JSON.parse(line) as { id: string }).id);
}

const idsOf = (count: number): string[] =>
  Array.from({ length: count }, (_, number) => indicator(number).object['id'] as string);

describe('a TAXII collection', () => {
  test('is written one object a line', async () => {
    const server = await serving(5);
    const request = setting.request(server.url(server.collection));
    const outcome = await taxiiSource.fetch(request);
    expect(outcome).toMatchObject({ kind: 'fetched', state: { fetchedAtMs: nowMs } });
    expect(idsIn(request.target)).toEqual(idsOf(5));
    expect(server.asked).toHaveLength(1);
    expect(server.asked[0]).toMatchObject({
      path: `${server.collection}objects/?match%5Btype%5D=indicator&limit=1000`,
      headers: { accept: 'application/taxii+json;version=2.1' },
    });
  });

  test.each(['', '/', '/objects', '/objects/', '/objects/?x=1'])(
    'is known by its address, and that of its objects: %j',
    async (end) => {
      const server = await serving(2);
      const address = server.url(server.collection.slice(0, -1) + end);
      const request = setting.request(address);
      await taxiiSource.fetch(request);
      expect(idsIn(request.target)).toEqual(idsOf(2));
    },
  );

  test.each(['next', 'dates', 'one next for all'] as const)(
    'comes in pages: %s',
    async (paging) => {
      const server = await serving(25, { pageSize: 10, paging });
      const request = setting.request(server.url(server.collection));
      await taxiiSource.fetch(request);
      expect(idsIn(request.target)).toEqual(idsOf(25));
      expect(server.asked).toHaveLength(3);
      for (const { path } of server.asked) expect(path).toContain('match%5Btype%5D=indicator');
    },
  );

  test('that gives the same page for ever is told', async () => {
    const server = await serving(25, { pageSize: 10, paging: 'broken' });
    const fault = await faultOf(taxiiSource.fetch(setting.request(server.url(server.collection))));
    expect(fault.message).toBe('the server gives the same page again and again');
    expect(server.asked).toHaveLength(2);
  });

  test('that says there is more and not where is told', async () => {
    const server = await serving(25, { pageSize: 10, paging: 'dates', hasDates: false });
    const fault = await faultOf(taxiiSource.fetch(setting.request(server.url(server.collection))));
    expect(fault.message).toContain('again and again');
  });

  test('that says there is more of nothing is told', async () => {
    const server = await setting.server();
    server.on('/collections/x/objects/', json({ more: true, next: 'x' }));
    const fault = await faultOf(taxiiSource.fetch(setting.request(server.url('/collections/x/'))));
    expect(fault.message).toContain('again and again');
    expect(server.asked).toHaveLength(2);
  });

  test('without objects is an empty file', async () => {
    const server = await serving(0);
    const request = setting.request(server.url(server.collection));
    expect(await taxiiSource.fetch(request)).toMatchObject({
      kind: 'fetched',
      state: { bytes: 0 },
    });
    expect(idsIn(request.target)).toEqual([]);
  });

  test('is filtered as the configuration wants', async () => {
    const server = await serving(3);
    server.objects.push(indicator(3, 'malware'), indicator(4, 'identity'));
    const request = setting.request(server.url(server.collection), {
      query: { type: ['indicator', 'malware'], added_after: '2026-04-01T00:01:00Z', limit: 1 },
    });
    await taxiiSource.fetch(request);
    expect(idsIn(request.target)).toEqual([
      indicator(2).object['id'],
      indicator(3, 'malware').object['id'],
    ]);
    expect(server.asked).toHaveLength(2);
  });

  test('is filtered as its address wants', async () => {
    const server = await serving(3);
    server.objects.push(indicator(3, 'malware'));
    const request = setting.request(`${server.url(server.collection)}?match[type]=malware`);
    await taxiiSource.fetch(request);
    expect(idsIn(request.target)).toEqual([indicator(3, 'malware').object['id']]);
  });

  test('is limited as a whole', async () => {
    const server = await serving(25, { pageSize: 2 });
    const request = setting.request(server.url(server.collection), {
      access: access({ maxBytes: 2000 }),
    });
    expect((await faultOf(taxiiSource.fetch(request))).message).toContain('larger than 2000 bytes');
    expect(server.asked.length).toBeLessThan(5);
  });
});

describe('a collection that is there already', () => {
  const day = 24 * 60 * 60_000;

  test('is not fetched again when nothing was added', async () => {
    const server = await serving(5);
    const address = server.url(server.collection);
    const { state } = await taxiiSource.fetch(setting.request(address));
    const clock = (): number => nowMs + 60_000;
    const again = await taxiiSource.fetch(setting.request(address, { previous: state, clock }));
    expect(again).toEqual({ kind: 'unchanged', state: { ...state, confirmedAtMs: clock() } });
    expect(server.asked[1]?.path).toContain('limit=1&added_after=2026-04-01T00%3A04%3A00.000Z');
  });

  test('is fetched whole when something was added, and once a day', async () => {
    const server = await serving(5);
    const address = server.url(server.collection);
    const { state } = await taxiiSource.fetch(setting.request(address));
    server.objects.push(indicator(5));
    const added = setting.request(address, { previous: state });
    const next = await taxiiSource.fetch(added);
    expect(next.kind).toBe('fetched');
    expect(idsIn(added.target)).toEqual(idsOf(6));
    server.objects.shift();
    const daily = setting.request(address, { previous: next.state, clock: () => nowMs + day });
    expect((await taxiiSource.fetch(daily)).kind).toBe('fetched');
    expect(idsIn(daily.target)).toEqual(idsOf(6).slice(1));
  });

  test('is fetched whole when the server gives no times, or the state none', async () => {
    const server = await serving(5, { hasDates: false });
    const address = server.url(server.collection);
    const { state } = await taxiiSource.fetch(setting.request(address));
    for (const previous of [state, { ...state, cursor: 'no JSON' }, { ...state, cursor: '{}' }]) {
      expect((await taxiiSource.fetch(setting.request(address, { previous }))).kind).toBe(
        'fetched',
      );
    }
  });
});

describe('who asks', () => {
  test.each([
    [{ username: 'soc', password: 'pass' }, `Basic ${Buffer.from('soc:pass').toString('base64')}`],
    [{ token: 'abc' }, 'Bearer abc'],
  ])('is told by the server', async (auth, authorization) => {
    const server = await serving(3, { authorization });
    const request = setting.request(server.url(server.collection), { access: access({ auth }) });
    expect((await taxiiSource.fetch(request)).kind).toBe('fetched');
    const fault = await faultOf(taxiiSource.fetch(setting.request(server.url(server.collection))));
    expect(fault.message).toContain('HTTP 401');
    expect(fault.hint).toContain('auth');
  });
});

describe('addresses that are of no collection', () => {
  test.each(['/taxii2/', '/api1/', '/api1/collections/', '/api1/collections'])(
    '%s: the collections that may be read are listed',
    async (path) => {
      const server = await serving(1);
      if (!path.endsWith('/')) server.on(path, failing(404));
      const fault = await faultOf(taxiiSource.fetch(setting.request(server.url(path))));
      if (path.endsWith('/')) {
        expect(fault.message).toBe('the address is not of a TAXII collection');
        expect(fault.hint).toBe(
          `set taxii to one of these: ${server.url(server.collection)} (High Value Indicators)`,
        );
      } else expect(fault.message).toContain('HTTP 404');
    },
  );

  test('a collection that is not there, in the words of the server', async () => {
    const server = await setting.server();
    server.on('/api1/collections/x/objects/', (_request, response) => {
      response.writeHead(404, { 'content-type': 'application/taxii+json;version=2.1' });
      response.end(JSON.stringify({ title: 'No such\u001b[31m collection', description: 'x' }));
    });
    const fault = await faultOf(
      taxiiSource.fetch(setting.request(server.url('/api1/collections/x/'))),
    );
    expect(fault.message).toBe(
      'there is nothing at this address (HTTP 404): No such [31m collection: x',
    );
    expect(fault.hint).toContain('/collections/ID/');
  });

  test.each([
    ['a server of TAXII 2.0', json({ type: 'bundle', objects: [] }), /TAXII 2\.0/],
    ['a server that wants another version', failing(406), /HTTP 406/],
    ['something else in JSON', json([1, 2]), /none of TAXII 2\.1/],
    ['an envelope that is none', json({ objects: 'x' }), /none of TAXII 2\.1/],
    ['a list of collections', json({ collections: [] }), /none of TAXII 2\.1/],
  ])('%s', async (_title, answer, message) => {
    const server = await setting.server();
    server.on('/api1/collections/x/objects/', answer);
    const fault = await faultOf(
      taxiiSource.fetch(setting.request(server.url('/api1/collections/x/'))),
    );
    expect(fault.message).toMatch(message);
    expect(fault.hint).toBeDefined();
  });
});

describe('the query', () => {
  const of = (query: unknown) => Object.fromEntries(taxiiQuery(query, 'feeds[0]', nowMs));

  test('has indicators by default', () => {
    expect(of(undefined)).toEqual({ 'match[type]': 'indicator', limit: '1000' });
    expect(of({ 'match[type]': ['indicator', 'malware'], 'match[confidence]': 70 })).toEqual({
      'match[type]': 'indicator,malware',
      'match[confidence]': '70',
      limit: '1000',
    });
    expect(of({ added_after: '30d' })).toMatchObject({ added_after: '2026-04-01T00:00:00.000Z' });
  });

  test.each([
    'indicator',
    [['x']],
    { next: '1' },
    { limit: 0 },
    { limit: 'many' },
    { added_after: 'yesterday' },
    { added_after: '2026-13-01T00:00:00Z' },
    { type: { a: 1 } },
    { type: '' },
  ])('%j is refused', (query) => {
    expect(() => of(query)).toThrow(/^query of a TAXII collection/);
  });

  test('of any kind is refused as such, or can be sent', () => {
    fc.assert(
      fc.property(fc.anything(), (query) => {
        try {
          for (const [name, value] of taxiiQuery(query, 'feeds[0]', nowMs)) {
            expect(typeof name).toBe('string');
            expect(value).not.toBe('');
          }
        } catch (error) {
          expect(error).toBeInstanceOf(ServiceError);
        }
      }),
    );
  });
});
