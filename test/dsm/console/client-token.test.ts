import { inspect } from 'node:util';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import type { Exchange } from '../../../dsm/console/index.js';
import { tlsObstacle, type Authority } from '../../support/certificates.js';
import { json, redirect, type Answering } from '../../support/https-server.js';
import {
  asConsoleAuthority,
  cut,
  errorOf,
  refusal,
  startSmallConsole,
  token,
  type SmallConsole,
} from './client-support.js';

const withTls = tlsObstacle === undefined ? describe : describe.skip;

withTls('the token', () => {
  let authority: Authority;
  let server: SmallConsole;
  beforeAll(async () => {
    authority = asConsoleAuthority();
    server = await startSmallConsole(authority);
  });
  afterAll(async () => {
    await server.close();
    authority.remove();
  });

  const all = (value: unknown): string =>
    inspect(value, { depth: Infinity, showHidden: true, getters: true }) + JSON.stringify(value);
  const noHttp: Answering = (request) => request.socket.end(`SEC: ${token}\r\n\r\n`);

  test.each([
    ['its message', refusal(422, 1, `SEC ${token} is wrong`, { description: token })],
    ['its details', refusal(401, 18, '', { details: { sec: token } })],
    ['an address', redirect(`https://elsewhere.example/?sec=${token}`)],
    ['what is no HTTP', noHttp],
    ['a cut connection', cut],
  ])('is in no error though the console repeats it: %s', async (_where, answer) => {
    const exchanges: Exchange[] = [];
    const onExchange = (exchange: Exchange): void => void exchanges.push(exchange);
    const client = await server.open({ onExchange, attempts: 2 });
    server.on('/api/things', answer);
    const errors = [await errorOf(client.get('/things')), await errorOf(client.post('/things'))];
    expect(errors.every(({ message }) => message !== '')).toBe(true);
    expect(all([client, errors, exchanges])).not.toContain(token);
    expect(errors.map(({ stack }) => stack).join('')).not.toContain(token);
    // The test would see it: the console got it.
    expect(all(server.asked)).toContain(token);
  });

  test('is not in a client that works', async () => {
    const client = await server.open();
    server.on('/api/things', json({}));
    await client.get('/things');
    expect(all(client)).not.toContain(token);
    expect(all(client)).toContain('21.0');
  });
});
