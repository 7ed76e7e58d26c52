import {
  createReadStream,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { recogniseFormat } from '../../../forwarder/feeds/recognise-format.js';
import { mispParts } from '../../../forwarder/feeds/formats/misp/types.js';
import { mispTypes } from '../../../forwarder/feeds/sources/misp-query.js';
import { mispSource } from '../../../forwarder/feeds/sources/misp.js';
import type { FetchOutcome, FetchRequest } from '../../../forwarder/feeds/sources/source.js';
import type { Access } from '../../../forwarder/net/index.js';
import { createAuthority, type Authority } from '../../support/certificates.js';
import { mispAttributes, type AttributeInput } from '../../support/misp-attributes.js';
import { startMispServer, type MispFault, type MispServer } from '../../support/misp-server.js';

const key = 'Zo2rNnF3x9QkTq0cV1bLwH8yM4sJ7pUeGdAiKv5X';
const folder = mkdtempSync(join(tmpdir(), 'tf-misp-'));
let open: MispServer[] = [];
let fetches = 0;

afterEach(async () => {
  for (const server of open) await server.close();
  open = [];
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

async function serverWith(
  inputs: readonly AttributeInput[],
  tls?: { readonly cert: Buffer; readonly key: Buffer },
): Promise<MispServer> {
  const attributes = mispAttributes(inputs);
  const server = await startMispServer({ key, attributes, ...(tls === undefined ? {} : { tls }) });
  open.push(server);
  return server;
}

function requestTo(address: string, options: Partial<FetchRequest> = {}): FetchRequest {
  return {
    address,
    access: accessWith({}),
    target: join(folder, `fetch-${fetches++}`),
    clock: () => 1_800_000_000_000,
    ...options,
  };
}

function accessWith(access: Partial<Access>): Access {
  return {
    auth: { token: key },
    proxy: 'none',
    timeoutMs: 2000,
    maxBytes: 2 ** 20,
    retryPauseMs: 1,
    ...access,
  };
}

function valuesIn(target: string): readonly string[] {
  return readFileSync(target, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => (JSON.parse(line) as { value: string }).value);
}

function addresses(count: number): AttributeInput[] {
  return Array.from({ length: count }, (_, n) => ({ type: 'ip-dst', value: `192.0.2.${n}` }));
}

async function failureOf(fetching: Promise<FetchOutcome>): Promise<Record<string, unknown>> {
  const error: unknown = await fetching.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(Error);
  const { message, code, where, hint } = error as Error & Record<string, unknown>;
  return { message, code, where, hint };
}

describe('what is fetched', () => {
  test('each attribute that is for detection is a line, with its event and tags', async () => {
    const server = await serverWith([
      {
        type: 'url',
        value: 'http://bad.example/\u2028x',
        tags: ['tlp:white'],
        event: { id: 3, info: 'Line\nbreak' },
      },
      { type: 'domain', value: 'off.example', toIds: false },
      { type: 'domain', value: 'gone.example', deleted: true },
      { type: 'text', value: 'no indicator' },
      { type: 'filename|sha1', value: `a.exe|${'a'.repeat(40)}` },
    ]);
    const request = requestTo(server.address);
    const { kind, state } = await mispSource.fetch(request);
    expect(kind).toBe('fetched');
    expect(valuesIn(request.target)).toEqual([
      'http://bad.example/\u2028x',
      `a.exe|${'a'.repeat(40)}`,
    ]);
    const text = readFileSync(request.target, 'utf8');
    expect(JSON.parse(text.slice(0, text.indexOf('\n')))).toMatchObject({
      type: 'url',
      Tag: [{ name: 'tlp:white' }],
      Event: { info: 'Line\nbreak' },
    });
    expect(state).toMatchObject({
      url: `${server.address}/attributes/restSearch`,
      records: 2,
      bytes: Buffer.byteLength(text),
      fetchedAtMs: 1_800_000_000_000,
      confirmedAtMs: 1_800_000_000_000,
    });
    expect(server.requests[0]).toMatchObject({
      authorization: key,
      body: { returnFormat: 'json', page: 1, limit: 5000, to_ids: 1, deleted: 0 },
    });
  });

  test('page after page until one is short', async () => {
    const server = await serverWith(addresses(7));
    const progress: number[] = [];
    const request = requestTo(server.address, {
      query: { limit: 3 },
      onProgress: (bytes) => progress.push(bytes),
    });
    const { state } = await mispSource.fetch(request);
    expect(valuesIn(request.target)).toEqual(addresses(7).map(({ value }) => value));
    expect(server.requests.map(({ body }) => body?.['page'])).toEqual([1, 2, 3]);
    expect(progress.at(-1)).toBe(state.bytes);
    expect(progress).toHaveLength(3);
  });

  test('a last page that is full, and no attribute at all', async () => {
    const full = await serverWith(addresses(4));
    const first = requestTo(full.address, { query: { limit: 2 } });
    await mispSource.fetch(first);
    expect(valuesIn(first.target)).toHaveLength(4);
    expect(full.requests).toHaveLength(3);
    const empty = await serverWith([]);
    const second = requestTo(empty.address);
    expect((await mispSource.fetch(second)).state).toMatchObject({ records: 0 });
    expect(JSON.parse(readFileSync(second.target, 'utf8'))).toEqual({
      response: { Attribute: [] },
    });
  });

  test('a filter that shortens pages: until one is empty', async () => {
    const server = await serverWith(addresses(3));
    await mispSource.fetch(
      requestTo(server.address, { query: { limit: 2, enforceWarninglist: true } }),
    );
    expect(server.requests.map(({ body }) => body?.['page'])).toEqual([1, 2, 3]);
  });

  test('filters of the configuration go over the usual ones', async () => {
    const server = await serverWith([
      { type: 'domain', value: 'old.example', timestamp: 1000 },
      { type: 'domain', value: 'new.example', timestamp: Date.now() / 1000, toIds: false },
    ]);
    const request = requestTo(server.address, {
      query: { timestamp: '30d', to_ids: [0, 1], type: ['domain'] },
    });
    const { body } = (await mispSource.fetch(request), server.requests[0]!);
    expect(body).toMatchObject({ to_ids: [0, 1], type: ['domain'], deleted: 0 });
  });

  test.each(['', '/', '/attributes/restSearch', '/attributes/restSearch/json'])(
    'the address may end with "%s"',
    async (ending) => {
      const server = await serverWith(addresses(1));
      const request = requestTo(`${server.address}${ending}`);
      await mispSource.fetch(request);
      expect(server.requests[0]?.path).toBe('/attributes/restSearch');
    },
  );
});

describe('what is fetched is read as a feed of MISP', () => {
  async function read(path: string): Promise<readonly string[]> {
    const format = await recogniseFormat(path, { member: 'MISP' });
    expect(format.name).toBe('misp');
    const found: string[] = [];
    for await (const result of format.read(createReadStream(path))) {
      if (!result.ok) throw new Error(result.problem.reason);
      found.push(...result.value.indicators.map(({ kind, value }) => `${kind} ${value}`));
    }
    return found;
  }

  test('all of it, long first lines included; a search without result has no record', async () => {
    const long = 'c'.repeat(6000);
    const server = await serverWith([
      { type: 'domain|ip', value: 'bad.example|192.0.2.7', comment: long, tags: [long] },
      { type: 'sha256', value: 'AB'.repeat(32) },
    ]);
    const request = requestTo(server.address);
    await mispSource.fetch(request);
    expect(await read(request.target)).toEqual([
      'domain bad.example',
      'ip 192.0.2.7',
      `sha256 ${'ab'.repeat(32)}`,
    ]);
    server.hold([]);
    const empty = requestTo(server.address);
    await mispSource.fetch(empty);
    expect(await read(empty.target)).toEqual([]);
  });
});

describe('unchanged', () => {
  test('the same content leaves no file; another one is fetched', async () => {
    const server = await serverWith(addresses(2));
    const first = await mispSource.fetch(requestTo(server.address));
    const again = requestTo(server.address, {
      previous: { ...first.state, fetchedAtMs: 5, failedAtMs: 7, failures: 2 },
      clock: () => 1_900_000_000_000,
    });
    const second = await mispSource.fetch(again);
    expect(second.kind).toBe('unchanged');
    expect(second.state).toEqual({
      ...first.state,
      fetchedAtMs: 5,
      confirmedAtMs: 1_900_000_000_000,
    });
    expect(existsSync(again.target)).toBe(false);
    server.hold(mispAttributes(addresses(3)));
    const third = await mispSource.fetch(requestTo(server.address, { previous: second.state }));
    expect(third.kind).toBe('fetched');
    expect(third.state.records).toBe(3);
  });
});

test('the types that are asked for are those that are read', () => {
  for (const type of mispTypes) expect([type, mispParts(type)]).not.toContain(undefined);
  expect(mispParts('link')).toBeUndefined();
});

describe('faults, said plainly', () => {
  test('a key that is not accepted', async () => {
    const server = await serverWith([]);
    const access = accessWith({ auth: { token: 'wrong-key-0123456789' } });
    const failure = await failureOf(mispSource.fetch(requestTo(server.address, { access })));
    expect(failure).toMatchObject({
      code: 'TF_FEED',
      message: expect.stringMatching(
        /^The MISP automation key is not accepted \(HTTP 403\).*API key/,
      ) as unknown,
      where: `${server.address}/attributes/restSearch`,
      hint: expect.stringContaining('auth.token') as unknown,
    });
    expect(JSON.stringify(failure)).not.toContain('wrong-key');
  });

  const faults: readonly [MispFault, RegExp][] = [
    [{ kind: 'login-page' }, /web page, not with JSON/],
    [{ kind: 'redirect' }, /login page/],
    [{ kind: 'status', status: 404 }, /refuses the search \(HTTP 404\)/],
    [{ kind: 'status', status: 500 }, /HTTP 500/],
    [{ kind: 'text', text: '{"response":' }, /no JSON/],
    [{ kind: 'text', text: '' }, /no JSON/],
    [{ kind: 'text', text: '{"saved":true}' }, /not with a list of attributes/],
    [{ kind: 'text', text: 'null' }, /not with a list of attributes/],
    [{ kind: 'cut-off' }, /broke|not as long/],
    [{ kind: 'reset' }, /broke/],
    [{ kind: 'ignore-page' }, /same page again/],
  ];
  test.each(faults)('%j', async (fault, message) => {
    const server = await serverWith(addresses(4));
    server.misbehave(fault);
    const failure = await failureOf(
      mispSource.fetch(requestTo(server.address, { query: { limit: 4 } })),
    );
    expect(failure['message']).toMatch(message);
    expect(failure['where']).toContain(server.address);
    expect(failure['hint']).not.toBe('');
  });

  test('more than may be fetched', async () => {
    const server = await serverWith(addresses(200));
    const access = accessWith({ maxBytes: 30_000 });
    const failure = await failureOf(
      mispSource.fetch(requestTo(server.address, { access, query: { limit: 20 } })),
    );
    expect(failure['message']).toMatch(/more than 30000 bytes/);
  });

  test('an old answer for nothing is nothing', async () => {
    const server = await serverWith([]);
    server.misbehave({ kind: 'text', text: '{"response":[]}' });
    expect((await mispSource.fetch(requestTo(server.address))).state.records).toBe(0);
  });

  test.each([
    ['a text', /not a list of filters/],
    [{ page: 2 }, /query.page/],
    [{ returnFormat: 'csv' }, /query.returnFormat/],
    [{ limit: 0 }, /query.limit/],
  ])('the filters %j are refused before anything is asked', async (query, message) => {
    const server = await serverWith([]);
    const failure = await failureOf(mispSource.fetch(requestTo(server.address, { query })));
    expect(failure).toMatchObject({
      code: 'TF_CONFIG',
      message: expect.stringMatching(message) as unknown,
    });
    expect(server.requests).toEqual([]);
  });

  test('a fetch that is stopped ends at once', async () => {
    const server = await serverWith([]);
    server.misbehave({ kind: 'silence' });
    const stop = new AbortController();
    const fetching = failureOf(
      mispSource.fetch(requestTo(server.address, { signal: stop.signal })),
    );
    stop.abort();
    expect((await fetching)['message']).toMatch(/stopped/);
  });
});

describe('https', () => {
  let authority: Authority;
  beforeAll(() => {
    authority = createAuthority('MISP house');
  });
  afterAll(() => {
    authority.remove();
  });

  test('with the authority named it is trusted; without it is not', async () => {
    const server = await serverWith(
      addresses(1),
      authority.issue({ name: 'misp', names: 'IP:127.0.0.1' }),
    );
    const ca = join(folder, 'ca.pem');
    writeFileSync(ca, authority.cert);
    const request = requestTo(server.address, { access: accessWith({ tls: { ca } }) });
    expect((await mispSource.fetch(request)).state.records).toBe(1);
    const failure = await failureOf(mispSource.fetch(requestTo(server.address)));
    expect(failure['message']).toMatch(/authority/);
    expect(failure['hint']).toMatch(/tls\.ca/);
    expect(server.requests).toHaveLength(1);
  });
});
