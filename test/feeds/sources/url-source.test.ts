import { afterEach, describe, expect, test } from '@jest/globals';
import { existsSync, readFileSync } from 'node:fs';

import type { FetchState } from '../../../forwarder/feeds/sources/source.js';
import { urlSource } from '../../../forwarder/feeds/sources/url-source.js';
import { createAuthority, tlsObstacle } from '../../support/certificates.js';
import { failing, json, text } from '../../support/https-server.js';
import { access, faultOf, nowMs } from '../../net/support/setting.js';
import { FetchSetting } from './support/setting.js';

const setting = new FetchSetting();
afterEach(() => setting.clean());

const later = (): number => nowMs + 60_000;

describe('a feed by its address', () => {
  test('is written, and what is known of it kept', async () => {
    const server = await setting.server();
    const lastModified = 'Thu, 30 Apr 2026 10:00:00 GMT';
    server.on('/list.txt', text('evil.example\n', { etag: '"v1"', 'last-modified': lastModified }));
    const address = server.url('/list.txt?key=hunter22');
    const seen: [number, number | undefined][] = [];
    const request = setting.request(address, {
      onProgress: (bytes, total) => seen.push([bytes, total]),
    });
    const outcome = await urlSource.fetch(request);
    expect(outcome).toEqual({
      kind: 'fetched',
      state: {
        url: server.url('/list.txt?key=***'),
        etag: '"v1"',
        lastModified,
        fetchedAtMs: nowMs,
        confirmedAtMs: nowMs,
        bytes: 13,
      },
    });
    expect(readFileSync(request.target, 'utf8')).toBe('evil.example\n');
    expect(seen).toEqual([[13, 13]]);
    expect(server.asked[0]?.path).toBe('/list.txt?key=hunter22');
  });

  test('that has not changed is not sent again', async () => {
    const server = await setting.server();
    server.on('/list.txt', text('evil.example\n', { etag: '"v1"' }));
    const address = server.url('/list.txt');
    const { state } = await urlSource.fetch(setting.request(address));
    const request = setting.request(address, { previous: state, clock: later });
    expect(await urlSource.fetch(request)).toEqual({
      kind: 'unchanged',
      state: { ...state, confirmedAtMs: later() },
    });
    expect(existsSync(request.target)).toBe(false);
    expect(server.asked[1]?.headers['if-none-match']).toBe('"v1"');
    server.on('/list.txt', text('evil.example\nworse.example\n', { etag: '"v2"' }));
    const changed = await urlSource.fetch(setting.request(address, { previous: state }));
    expect(changed).toMatchObject({ kind: 'fetched', state: { etag: '"v2"', bytes: 27 } });
  });

  test('is asked for by its time when that is all there is', async () => {
    const server = await setting.server();
    server.on('/list.txt', (request, response) => {
      if (request.headers['if-modified-since'] === undefined) {
        response.setHeader('last-modified', 'Thu, 30 Apr 2026 10:00:00 GMT');
        response.end('evil.example');
      } else response.writeHead(304).end();
    });
    const { state } = await urlSource.fetch(setting.request(server.url('/list.txt')));
    const again = setting.request(server.url('/list.txt'), { previous: state });
    expect((await urlSource.fetch(again)).kind).toBe('unchanged');
  });

  test('"not modified" without having been asked is a fault', async () => {
    const server = await setting.server();
    server.on('/list.txt', failing(304));
    const fault = await faultOf(urlSource.fetch(setting.request(server.url('/list.txt'))));
    expect(fault.message).toContain('HTTP 304');
  });

  test.each(['<!DOCTYPE html><title>Log in</title>', '\n <html lang="en">', '\uFEFF<HTML>'])(
    'a page for people is no feed: %j',
    async (page) => {
      const server = await setting.server();
      server.on('/list.txt', text(page));
      const fault = await faultOf(urlSource.fetch(setting.request(server.url('/list.txt'))));
      expect(fault.message).toContain('web page');
      expect(fault.where).toBe(server.url('/list.txt'));
    },
  );

  test('a file of this machine is not fetched', async () => {
    const fault = await faultOf(urlSource.fetch(setting.request('file:///etc/passwd')));
    expect(fault.code).toBe('TF_FEED');
  });
});

describe("updates of Kaspersky's download service", () => {
  const path = '/api/v1.0/feeds/12/updates';

  async function service(version: string, link: string) {
    const server = await setting.server();
    server.on(path, json({ updates: [{ version, packages: [{ link, size: 3 }] }] }));
    return server;
  }

  test('the package of the newest update is the feed', async () => {
    const server = await service('2026-05-01 10:00', '/packages/Feed.zip');
    server.on('/packages/Feed.zip', text('PK!'));
    const auth = { token: 'x' };
    const request = setting.request(server.url(path), { access: access({ auth }) });
    const outcome = await urlSource.fetch(request);
    expect(outcome).toMatchObject({
      kind: 'fetched',
      state: { cursor: '2026-05-01 10:00', bytes: 3, url: server.url(path) },
    });
    expect(readFileSync(request.target, 'utf8')).toBe('PK!');
    expect(server.asked[1]?.headers['authorization']).toBe('Bearer x');
  });

  test('a version that is there already is not fetched again', async () => {
    const server = await service('7', '/packages/Feed.zip');
    const previous: FetchState = {
      url: server.url(path),
      cursor: '7',
      fetchedAtMs: 1,
      confirmedAtMs: 2,
      bytes: 3,
    };
    const outcome = await urlSource.fetch(setting.request(server.url(path), { previous }));
    expect(outcome).toEqual({ kind: 'unchanged', state: { ...previous, confirmedAtMs: nowMs } });
    expect(server.asked).toHaveLength(1);
  });

  test('a package elsewhere is fetched without credentials', async () => {
    const elsewhere = await setting.server();
    elsewhere.on('/Feed.zip', text('PK!'));
    const server = await service('7', elsewhere.url('/Feed.zip'));
    const request = setting.request(server.url(path), { access: access({ auth: { token: 'x' } }) });
    await urlSource.fetch(request);
    expect(elsewhere.asked[0]?.headers['authorization']).toBeUndefined();
  });

  (tlsObstacle === undefined ? test : test.skip)(
    'a package out of TLS is not fetched, wherever it is',
    async () => {
      const authority = createAuthority('Feeds CA');
      const names = 'DNS:localhost,IP:127.0.0.1';
      const server = await setting.server({ tls: authority.issue({ name: 'server', names }) });
      const plain = await setting.server();
      plain.on('/Feed.zip', text('PK!'));
      const packages = [{ link: plain.url('/Feed.zip') }];
      server.on(path, json({ updates: [{ version: '1', packages }] }));
      const tls = { ca: authority.certFile };
      const request = setting.request(server.url(path), { access: access({ tls }) });
      const fault = await faultOf(urlSource.fetch(request));
      expect(fault.message).toContain('out of TLS');
      expect(plain.asked).toHaveLength(0);
      authority.remove();
    },
  );

  test.each([{}, [], { updates: [] }, { updates: [{ version: '1', packages: [] }] }])(
    'an answer without an update is told: %j',
    async (answer) => {
      const server = await setting.server();
      server.on(path, json(answer));
      const fault = await faultOf(urlSource.fetch(setting.request(server.url(path))));
      expect(fault.message).toContain('no update of a feed');
      expect(fault.hint).toContain('certificate');
    },
  );
});
