import { afterEach, describe, expect, test } from '@jest/globals';

import {
  openHttpClient,
  readJson,
  retryAfterMs,
  type Access,
  type Answer,
  type HttpRequest,
} from '../../../forwarder/net/index.js';
import { failing, inTurn, json, redirect, text } from '../../support/https-server.js';
import { portal } from '../support/portal.js';
import { access, faultOf, nowMs, Setting } from '../support/setting.js';

const setting = new Setting();
afterEach(() => setting.clean());

async function ask<T>(
  url: string,
  receive: (answer: Answer) => Promise<T>,
  more: Partial<Access> = {},
  request: Partial<HttpRequest> = {},
): Promise<T> {
  const client = await openHttpClient(url, access(more), { what: portal, clock: () => nowMs });
  try {
    return await client.ask({ url, ...request }, receive);
  } finally {
    await client.close();
  }
}

const asJson = (answer: Answer): Promise<unknown> => readJson(answer, 100);

describe('faults speak of what is asked for, not of feeds', () => {
  test.each([
    ['its address is none of HTTP', () => 'portal.example'],
    ['no JSON', (url: string) => `${url}no-json`],
    ['too much JSON', (url: string) => `${url}long`],
    ['more than the access allows', (url: string) => `${url}longer`],
    ['an unknown packing', (url: string) => `${url}packed`],
    ['a redirect to nowhere', (url: string) => `${url}nowhere`],
    ['a redirect that is not followed', (url: string) => `${url}file`],
    ...[400, 401, 403, 404, 406, 407, 410, 418].map(
      (status) => [`HTTP ${status}`, (url: string) => `${url}${status}`] as const,
    ),
  ])('%s', async (_title, addressAt) => {
    const server = await setting.server();
    server.on('/no-json', text('<html>'));
    server.on('/long', json('x'.repeat(200)));
    server.on('/longer', json('x'.repeat(2000)));
    server.on('/packed', text('x', { 'content-encoding': 'zstd' }));
    server.on('/nowhere', redirect('http://['));
    server.on('/file', redirect('file:///etc/passwd'));
    for (const status of [400, 401, 403, 404, 406, 407, 410, 418]) {
      server.on(`/${status}`, failing(status));
    }
    const fault = await faultOf(ask(addressAt(server.url('/')), asJson, { maxBytes: 1000 }));
    expect(fault.code).toBe('TF_CONFIG');
    const told = `${fault.message} ${fault.hint}`;
    expect(told).not.toMatch(/feed|download/);
    expect(fault.hint).not.toMatch(/undefined|\[object|=>/);
  });

  test('with its own settings', async () => {
    const server = await setting.server();
    server.on('/silent', () => undefined);
    server.on('/often', failing(429));
    server.on('/long', json('x'.repeat(200)));
    const at = (path: string, more?: Partial<Access>) =>
      faultOf(ask(server.url(path), asJson, more));
    expect((await at('/silent', { timeoutMs: 300 })).hint).toBe(
      'check host, proxy and firewall, or raise portal.timeoutSeconds',
    );
    expect((await at('/often')).hint).toBe('lower portal.perDay');
    expect(await at('/long')).toMatchObject({
      message: 'the portal is larger than 100 bytes',
      hint: 'ask for less at a time',
    });
  });

  test('a token that no header may hold', async () => {
    const server = await setting.server();
    const fault = await faultOf(ask(server.url('/'), asJson, { auth: { token: 'two\nlines' } }));
    expect(fault.hint).toMatch(/^check auth of the portal/);
  });
});

describe('any status may be an answer', () => {
  const any = { accepts: 'any' } as const;
  const seen = (answer: Answer) =>
    Promise.resolve([answer.status, answer.header('Retry-After'), answer.header('retry-after')]);

  test.each([204, 304, 400, 401, 403, 404, 414, 429, 500, 503])('%d', async (status) => {
    const server = await setting.server();
    server.on('/', failing(status, { 'retry-after': '120' }));
    expect(await ask(server.url('/'), seen, {}, any)).toEqual([status, '120', '120']);
    expect(server.asked).toHaveLength(1);
  });

  test('whose wait is told as the answer has it', async () => {
    const server = await setting.server();
    server.on('/', failing(429, { 'retry-after': '120' }));
    const wait = await ask(
      server.url('/'),
      (answer) => Promise.resolve(retryAfterMs(answer.header('Retry-After'), nowMs)),
      {},
      any,
    );
    expect(wait).toBe(120_000);
  });

  test('but redirects are followed', async () => {
    const server = await setting.server();
    server.on('/', redirect('/moved'));
    server.on('/moved', failing(404));
    expect(await ask(server.url('/'), ({ status }) => Promise.resolve(status), {}, any)).toBe(404);
  });

  test('and a broken connection is still tried again', async () => {
    const server = await setting.server();
    const breaking = inTurn((_request, response) => {
      response.destroy();
    }, failing(404));
    server.on('/', breaking);
    expect(await ask(server.url('/'), ({ status }) => Promise.resolve(status), {}, any)).toBe(404);
    expect(server.asked).toHaveLength(2);
  });
});
