import { afterEach, describe, expect, test } from '@jest/globals';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

import { askedFeed } from '../../../forwarder/feeds/sources/asked-feed.js';
import {
  openHttpClient,
  saveBody,
  type Access,
  type HttpRequest,
} from '../../../forwarder/net/index.js';
import { failing, inTurn, redirect, text, type Answering } from '../../support/https-server.js';
import { access, faultOf, nowMs, Setting } from '../support/setting.js';

const setting = new Setting();
afterEach(() => setting.clean());

/** Asks an address once, and gives back what was saved. */
async function get(
  url: string,
  more: Partial<Access> = {},
  request: Partial<HttpRequest> = {},
): Promise<string> {
  const client = await openHttpClient(url, access(more), { what: askedFeed, clock: () => nowMs });
  const target = join(setting.folder(), 'body');
  try {
    await client.ask({ url, ...request }, (answer) => saveBody(answer, target));
    return readFileSync(target, 'utf8');
  } finally {
    await client.close();
  }
}

/** A server with one answer at `/feed`. */
async function serving(answer: Answering) {
  const server = await setting.server();
  server.on('/feed', answer);
  return server;
}

describe('what a server answers', () => {
  test('is saved as it is, in a file for its owner alone', async () => {
    const server = await serving(text('evil.example\n'));
    const target = join(setting.folder(), 'body');
    const client = await openHttpClient(server.url('/feed'), access(), {
      what: askedFeed,
      clock: () => nowMs,
    });
    await client.ask({ url: server.url('/feed') }, (answer) => saveBody(answer, target));
    await client.close();
    expect(readFileSync(target, 'utf8')).toBe('evil.example\n');
    expect(statSync(target).mode & 0o777).toBe(0o600);
  });

  test('packed for the transport is unpacked', async () => {
    const server = await serving((request, response) => {
      expect(request.headers['accept-encoding']).toBe('gzip');
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('evil.example\n'));
    });
    expect(await get(server.url('/feed'))).toBe('evil.example\n');
  });

  test('packed by itself stays packed', async () => {
    const packed = gzipSync('evil.example\n');
    const server = await serving((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/gzip' }).end(packed);
    });
    const target = join(setting.folder(), 'body');
    const client = await openHttpClient(server.url('/feed'), access(), {
      what: askedFeed,
      clock: () => nowMs,
    });
    await client.ask({ url: server.url('/feed') }, (answer) => saveBody(answer, target));
    await client.close();
    expect(readFileSync(target).equals(packed)).toBe(true);
  });

  test('with damaged packing is refused', async () => {
    const server = await serving((_request, response) => {
      const packed = gzipSync('evil.example\n'.repeat(1000));
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(packed.subarray(0, 20));
    });
    const fault = await faultOf(get(server.url('/feed')));
    expect(fault.message).toMatch(/packing of the answer is damaged/);
    expect(server.asked).toHaveLength(3);
  });

  test('packed in an unknown way is refused', async () => {
    const server = await serving(text('x', { 'content-encoding': 'zstd' }));
    expect((await faultOf(get(server.url('/feed')))).message).toContain('zstd');
  });
});

describe('limits', () => {
  test('an endless answer ends at maxBytes', async () => {
    const server = await serving((_request, response) => {
      const chunk = Buffer.alloc(16_384, 'a');
      const write = (): void => {
        while (!response.destroyed && response.write(chunk));
      };
      response.on('drain', write);
      write();
    });
    const fault = await faultOf(get(server.url('/feed'), { maxBytes: 100_000 }));
    expect(fault.message).toBe('the feed is larger than 100000 bytes');
    expect(fault.hint).toContain('maxBytes');
    expect(fault.code).toBe('TF_FEED');
  });

  test('an answer that says it is larger is not read', async () => {
    const server = await serving((_request, response) => {
      response.writeHead(200, { 'content-length': '100001' }).write('begins');
    });
    const fault = await faultOf(get(server.url('/feed'), { maxBytes: 100_000 }));
    expect(fault.message).toBe('the feed is larger than 100000 bytes');
  });

  test('a bomb counts as what it unpacks to', async () => {
    const server = await serving((_request, response) => {
      response
        .writeHead(200, { 'content-encoding': 'gzip' })
        .end(gzipSync(Buffer.alloc(10_000_000)));
    });
    const fault = await faultOf(get(server.url('/feed'), { maxBytes: 1_000_000 }));
    expect(fault.message).toContain('larger than 1000000 bytes');
  });

  test('a server that says nothing', async () => {
    const server = await serving(() => undefined);
    const fault = await faultOf(get(server.url('/feed'), { timeoutMs: 300 }));
    expect(fault.message).toBe('the server says nothing');
    expect(fault.code).toBe('TF_PEER_UNAVAILABLE');
    expect(server.asked).toHaveLength(1);
  });

  test('a server that falls silent in the middle', async () => {
    const server = await serving((_request, response) => {
      response.writeHead(200, { 'content-length': '1000' }).write('half');
    });
    const fault = await faultOf(get(server.url('/feed'), { timeoutMs: 300 }));
    expect(fault.message).toBe('the server fell silent in the middle');
  });

  test('a server that drips', async () => {
    const server = await serving((_request, response) => {
      const timer = setInterval(() => response.write('.'), 20);
      response.on('close', () => {
        clearInterval(timer);
      });
    });
    const fault = await faultOf(get(server.url('/feed'), { timeoutMs: 300 }));
    expect(fault.message).toBe('the server sends less than 1024 bytes in 0.3 s');
  });
});

describe('faults of the way', () => {
  test('an answer that is cut short is asked for again, and then told', async () => {
    const server = await serving((_request, response) => {
      response.writeHead(200, { 'content-length': '1000' });
      response.write('half', () => response.destroy());
    });
    const fault = await faultOf(get(server.url('/feed')));
    expect(fault.message).toBe('the connection broke before the end of the answer');
    expect(fault).toMatchObject({ code: 'TF_PEER_UNAVAILABLE', retryable: true });
    expect(server.asked).toHaveLength(3);
  });

  test('so is one in chunks that has no end', async () => {
    const server = await serving((_request, response) => {
      response.writeHead(200);
      response.write('half', () => response.destroy());
    });
    const fault = await faultOf(get(server.url('/feed')));
    expect(fault.message).toBe('the connection broke before the end of the answer');
  });

  test('a second attempt begins the file anew', async () => {
    const server = await serving(
      inTurn((_request, response) => {
        response.writeHead(200, { 'content-length': '1000' });
        response.write('half of a much longer text', () => response.destroy());
      }, text('whole')),
    );
    expect(await get(server.url('/feed'))).toBe('whole');
  });

  test('a port where nobody listens', async () => {
    const server = await setting.server();
    const url = server.url('/feed');
    await server.close();
    const fault = await faultOf(get(url));
    expect(fault.message).toBe('the server refuses the connection');
    expect(fault).toMatchObject({ code: 'TF_PEER_UNAVAILABLE', where: url });
  });

  test('an address that is none of HTTP', async () => {
    for (const url of ['file:///etc/passwd', 'ftp://feeds.example/list', 'C:\\feeds']) {
      const fault = await faultOf(get(url));
      expect(fault.message).toContain('does not begin with http:// or https://');
    }
  });

  test('a stop ends a fetch at once', async () => {
    const server = await serving(() => undefined);
    const stop = new AbortController();
    const url = server.url('/feed');
    const client = await openHttpClient(url, access(), {
      what: askedFeed,
      clock: () => nowMs,
      signal: stop.signal,
    });
    const fetching = faultOf(client.ask({ url }, () => Promise.resolve()));
    stop.abort();
    expect((await fetching).message).toBe('the fetch was stopped');
    await client.close();
  });
});

describe('answers that are faults', () => {
  test.each([
    [401, 'TF_FEED', /does not know who asks/, /auth/],
    [403, 'TF_FEED', /refuses this feed/, /certificate/],
    [404, 'TF_FEED', /nothing at this address/, /correct the address/],
    [407, 'TF_FEED', /proxy wants to know/, /USER:PASSWORD@/],
    [418, 'TF_FEED', /refuses the request/, /address/],
    [429, 'TF_PEER_UNAVAILABLE', /asked too often/, /less often/],
    [503, 'TF_PEER_UNAVAILABLE', /fault of its own/, /later/],
  ])('HTTP %d is %s', async (status, code, message, hint) => {
    const server = await serving(failing(status, { 'retry-after': '120' }));
    const fault = await faultOf(get(server.url('/feed')));
    expect(fault).toMatchObject({ code });
    expect(fault.message).toMatch(message);
    expect(fault.message).toContain(`HTTP ${status}`);
    expect(fault.hint).toMatch(hint);
    expect(fault).toMatchObject({
      retryAfterMs: code === 'TF_PEER_UNAVAILABLE' ? 120_000 : undefined,
    });
    expect(server.asked).toHaveLength(1);
  });

  test('a fault of the server is asked again, three times in all', async () => {
    const server = await serving(failing(502));
    expect((await faultOf(get(server.url('/feed')))).message).toContain('HTTP 502');
    expect(server.asked).toHaveLength(3);
    server.on('/feed', inTurn(failing(500), failing(504), text('well again')));
    expect(await get(server.url('/feed'))).toBe('well again');
  });
});

describe('redirects', () => {
  test('are followed, with what is asked', async () => {
    const server = await serving(redirect('/moved?x=1'));
    server.on('/moved', text('moved'));
    const auth = { username: 'soc', password: 'pässword' };
    expect(await get(server.url('/feed'), { auth })).toBe('moved');
    expect(server.asked.map(({ path }) => path)).toEqual(['/feed', '/moved?x=1']);
    expect(server.asked[1]?.headers['authorization']).toBe(
      `Basic ${Buffer.from('soc:pässword').toString('base64')}`,
    );
  });

  test('to another origin lose the credentials, and back have them again', async () => {
    const [home, other] = [await setting.server(), await setting.server()];
    home.on('/feed', redirect(other.url('/elsewhere')));
    home.on('/back', text('back'));
    other.on('/elsewhere', redirect(home.url('/back')));
    expect(await get(home.url('/feed'), { auth: { token: 'top-secret' } })).toBe('back');
    expect(other.asked[0]?.headers['authorization']).toBeUndefined();
    expect(home.asked.map(({ headers }) => headers['authorization'])).toEqual([
      'Bearer top-secret',
      'Bearer top-secret',
    ]);
  });

  test('to who wants credentials are told as such', async () => {
    const [home, other] = [await setting.server(), await setting.server()];
    home.on('/feed', redirect(other.url('/feed')));
    other.on('/feed', failing(401));
    const fault = await faultOf(get(home.url('/feed'), { auth: { token: 'top-secret' } }));
    expect(fault.where).toBe(other.url('/feed'));
    expect(fault.hint).toContain('credentials are not sent on');
  });

  test('have an end', async () => {
    const server = await serving(redirect('/feed'));
    const fault = await faultOf(get(server.url('/feed')));
    expect(fault.message).toBe('the server redirects more than 5 times');
    expect(server.asked).toHaveLength(6);
  });

  test.each([
    ['file:///etc/passwd', /redirects to file:/],
    ['http://[', /redirects to nowhere/],
  ])('to %s are refused', async (location, message) => {
    const server = await serving(redirect(location));
    expect((await faultOf(get(server.url('/feed')))).message).toMatch(message);
  });

  test('of a POST are followed only when it stays one', async () => {
    const server = await serving(redirect('/moved', 308));
    server.on('/moved', text('moved'));
    const post = { method: 'POST', body: '{"a":1}' } as const;
    expect(await get(server.url('/feed'), {}, post)).toBe('moved');
    expect(server.asked[1]).toMatchObject({ method: 'POST', body: '{"a":1}' });
    server.on('/feed', redirect('/moved', 302));
    const fault = await faultOf(get(server.url('/feed'), {}, post));
    expect(fault.message).toContain('redirects a POST');
  });
});

describe('secrets', () => {
  test('user and password of the address are used, and never told', async () => {
    const server = await serving(failing(404));
    const url = server.url('/feed?apikey=hunter22').replace('http://', 'http://soc:p%40ss@');
    const fault = await faultOf(get(url));
    expect(server.asked[0]?.headers['authorization']).toBe(
      `Basic ${Buffer.from('soc:p@ss').toString('base64')}`,
    );
    const told = JSON.stringify([fault.message, fault.where, fault.hint, String(fault.cause)]);
    expect(told).not.toMatch(/hunter22|p%40ss|p@ss|soc/);
    expect(fault.where).toBe(server.url('/feed?apikey=***'));
  });

  test('that no header may hold are told without repeating them', async () => {
    const server = await serving(text('x'));
    const fault = await faultOf(get(server.url('/feed'), { auth: { token: 'two\nlines' } }));
    expect(fault.code).toBe('TF_CONFIG');
    expect(fault.message).toMatch(/^the request cannot be sent/);
    expect(`${fault.message}${String(fault.cause)}`).not.toContain('lines');
    expect(server.asked).toEqual([]);
  });
});
