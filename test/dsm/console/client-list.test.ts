import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';

import { tlsObstacle, type Authority, type Certificate } from '../../support/certificates.js';
import { inTurn, json, text } from '../../support/https-server.js';
import {
  asConsoleAuthority,
  errorOf,
  paged,
  refusal,
  startSmallConsole,
  type SmallConsole,
} from './client-support.js';

const withTls = tlsObstacle === undefined ? describe : describe.skip;
const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, at) => at);

withTls('a list', () => {
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

  const ranges = () => server.asked.slice(2).map(({ headers }) => headers['range']);

  test.each([
    [0, 1],
    [1, 1],
    [99, 1],
    [100, 1],
    [101, 2],
    [200, 2],
    [250, 3],
  ])('of %d things is whole after %d pages', async (count, pages) => {
    const client = await server.open();
    server.on('/api/things', paged(numbers(count)));
    expect(await client.list('/things', { filter: 'x="1"', fields: 'id' })).toEqual(numbers(count));
    expect(ranges()).toEqual(
      numbers(pages).map((page) => `items=${page * 100}-${page * 100 + 99}`),
    );
    expect(server.asked[2]?.path).toBe('/api/things?filter=x%3D%221%22&fields=id');
  });

  const part = (from: number, to: number) => json(numbers(to).slice(from));

  test('without totals ends with the page that is not full', async () => {
    const client = await server.open();
    server.on('/api/things', inTurn(part(0, 100), part(100, 200), part(200, 200)));
    expect(await client.list('/things')).toEqual(numbers(200));
    server.on('/api/things', inTurn(part(0, 100), refusal(416, 1, 'range')));
    expect(await client.list('/things')).toEqual(numbers(100));
  });

  test('of a server that knows no pages is taken as it comes', async () => {
    const client = await server.open();
    for (const count of [100, 370]) {
      server.on('/api/things', json(numbers(count)));
      expect(await client.list('/things')).toEqual(numbers(count));
    }
  });

  test('of a server with smaller pages than we ask for is whole', async () => {
    const client = await server.open();
    const page = (from: number, to: number) =>
      text(JSON.stringify(numbers(to).slice(from)), {
        'content-range': `items ${from}-${to - 1}/70`,
      });
    server.on('/api/things', inTurn(page(0, 50), page(50, 70)));
    expect(await client.list('/things')).toEqual(numbers(70));
    expect(ranges()).toEqual(['items=0-99', 'items=50-149']);
  });

  test('that shrinks while it is read ends', async () => {
    const client = await server.open();
    const full = (total: string) =>
      text(JSON.stringify(numbers(100)), { 'content-range': `items 0-99/${total}` });
    server.on('/api/things', inTurn(full('300'), full('150')));
    expect(await client.list('/things')).toHaveLength(200);
    server.on('/api/things', inTurn(full('300'), json([])));
    expect(await client.list('/things')).toHaveLength(100);
  });

  test('that grows for ever is given up', async () => {
    const client = await server.open();
    let total = 0;
    server.on('/api/things', (request, response) => {
      total += 2;
      text('[1]', { 'content-range': `items 0-0/${total}` })(request, response);
    });
    expect(await errorOf(client.list('/things'))).toMatchObject({
      code: 'TF_CONSOLE',
      message: expect.stringContaining('does not end'),
    });
  });

  test('that is none is told', async () => {
    const client = await server.open();
    server.on('/api/things', json({ id: 1 }));
    expect(await errorOf(client.list('/things'))).toMatchObject({ code: 'TF_CONSOLE' });
  });
});
