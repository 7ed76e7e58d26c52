import { afterEach, describe, expect, test } from '@jest/globals';
import { until } from '../../faults/fake-collector.js';
import { mispAttributes, type AttributeInput } from '../../support/misp-attributes.js';
import { startMispServer, type MispServer } from '../../support/misp-server.js';
import { key, liveRig, observable, type LiveRig } from './rig.js';
import type { LiveOptions } from '../../../forwarder/feeds/live/index.js';

const md5 = 'C912705B4BBB14EC7E78FA8B370532C9';
const otherMd5 = 'd41d8cd98f00b204e9800998ecf8427e';

let open: { close(): Promise<void> }[] = [];

afterEach(async () => {
  for (const one of open) await one.close();
  open = [];
});

async function serverWith(...inputs: AttributeInput[]): Promise<MispServer> {
  const server = await startMispServer({ key, attributes: mispAttributes(inputs) });
  open.push(server);
  return server;
}

function rigFor(
  address: string,
  options: Partial<Omit<LiveOptions<number>, 'address'>> = {},
): LiveRig {
  const rig = liveRig(address, options);
  open.unshift(rig.live);
  return rig;
}

/** Everything that was asked has its answer, or never will. */
async function settled({ live }: LiveRig): Promise<void> {
  await until('nothing waits', () => live.waiting === 0 && live.inFlight === 0);
}

/** All values of all requests. */
function asked({ requests }: MispServer): readonly string[] {
  return requests.flatMap(({ body }) => body?.['value'] as string[]);
}

describe('answers', () => {
  test('a hash that the server has is reported with what it says, by the feed it is set up as', async () => {
    const server = await serverWith({
      type: 'filename|md5',
      value: `invoice|2.exe|${md5.toLowerCase()}`,
      category: 'Payload delivery',
      comment: 'dropper',
      timestamp: 1_790_000_000,
      tags: ['tlp:amber', 'malware:loader'],
      event: { id: 42, info: 'Loader wave' },
    });
    const rig = rigFor(server.address);
    rig.live.ask([observable(md5)], 5);
    await settled(rig);
    expect(rig.answers).toHaveLength(1);
    const { match, ticket } = rig.answers[0]!;
    expect(ticket).toBe(5);
    expect(match.observable).toEqual(observable(md5));
    expect(match.indicator).toEqual({ kind: 'md5', value: md5.toLowerCase() });
    expect(match.feed.categories.md5).toBe('KL_House_MISP_Hash_MD5');
    expect(Object.fromEntries(match.context)).toMatchObject({
      type: 'filename|md5',
      category: 'Payload delivery',
      comment: 'dropper',
      tags: 'tlp:amber, malware:loader',
      event_info: 'Loader wave',
      event_id: '42',
      timestamp: '1790000000',
    });
    const [request] = server.requests;
    expect(request?.path).toBe('/attributes/restSearch');
    expect(request?.body).toMatchObject({ value: [md5.toLowerCase()], to_ids: 1, deleted: 0 });
  });

  test.each([
    ['http://www.Bad.Example/Path%20x/?a=1#top', 'http://www.bad.example/Path%20x/?a=1'],
    ['https://bad.example/x', 'http://bad.example/x'],
    ['bad.example/x', 'https://bad.example/x'],
    ['https://me:pw@bad.example/x', 'bad.example/x'],
    ['http://bad.example', 'http://bad.example/'],
  ])('the URL %s is found by the attribute %s', async (text, value) => {
    const server = await serverWith({ type: 'url', value });
    const rig = rigFor(server.address);
    rig.live.ask([observable(text)], 1);
    await settled(rig);
    expect(rig.answers.map(({ match }) => match.indicator.kind)).toEqual(['url']);
    expect(asked(server).join(' ')).not.toMatch(/me:pw|#top/);
  });

  test('the host of a URL is asked too, and reported with its URL', async () => {
    const server = await serverWith(
      { type: 'domain', value: 'bad.example' },
      { type: 'ip-dst|port', value: '9.8.7.6|443' },
    );
    const rig = rigFor(server.address);
    const url = observable('http://a.b.bad.example/x');
    rig.live.ask([url, observable('http://9.8.7.6/y')], 1);
    await settled(rig);
    expect(rig.answers.map(({ match }) => [match.indicator.value, match.url?.text])).toEqual([
      ['bad.example', url.text],
      ['9.8.7.6', 'http://9.8.7.6/y'],
    ]);
    expect(rig.answers[0]?.match.observable).toMatchObject({ value: 'a.b.bad.example' });
    expect(asked(server)).toEqual(expect.arrayContaining(['a.b.bad.example', 'b.bad.example']));
  });

  test('a host that stands in the event by itself too is reported once, without the URL', async () => {
    const server = await serverWith({ type: 'hostname', value: 'bad.example' });
    const rig = rigFor(server.address);
    rig.live.ask([observable('http://bad.example/x'), observable('bad.example')], 1);
    await settled(rig);
    expect(rig.answers).toHaveLength(1);
    expect(rig.answers[0]?.match.url).toBeUndefined();
  });

  test('a value in several events is one answer, of its newest attribute', async () => {
    const server = await serverWith(
      {
        type: 'md5',
        value: otherMd5,
        timestamp: 1000,
        comment: 'old',
        event: { id: 1, info: 'A' },
      },
      {
        type: 'md5',
        value: otherMd5,
        timestamp: 3000,
        comment: 'new',
        event: { id: 2, info: 'B' },
      },
      { type: 'malware-sample', value: `x.exe|${otherMd5}`, timestamp: 2000 },
    );
    const rig = rigFor(server.address);
    rig.live.ask([observable(otherMd5)], 1);
    await settled(rig);
    expect(rig.answers).toHaveLength(1);
    const context = Object.fromEntries(rig.answers[0]!.match.context);
    expect(context).toMatchObject({ comment: 'new', attributes: '3', events: '1, 2, 7' });
  });

  test('attributes that are not for detection, or are filtered by query, are no hits', async () => {
    const server = await serverWith(
      { type: 'md5', value: md5.toLowerCase(), toIds: false },
      { type: 'md5', value: otherMd5, tags: ['tlp:red'] },
    );
    const rig = rigFor(server.address, { query: { tags: ['!tlp:red'] } });
    rig.live.ask([observable(md5), observable(otherMd5)], 1);
    await settled(rig);
    expect(rig.count('miss')).toBe(2);
  });

  test('what would be a pattern or a negation for the server is never sent', async () => {
    const server = await serverWith({ type: 'domain', value: 'bad.example' });
    const rig = rigFor(server.address);
    rig.live.ask(
      [observable('http://!x.example/'), observable('http://ok.example/%'), observable(md5)],
      1,
    );
    await settled(rig);
    expect(asked(server).filter((value) => /^[!%]|%$/.test(value))).toEqual([]);
    expect(rig.answers).toEqual([]);
  });
});

describe('what is kept', () => {
  test('yes and no are not asked again until they have run out', async () => {
    const server = await serverWith({ type: 'md5', value: otherMd5 });
    const rig = rigFor(server.address, { limits: { ttlMs: 10_000, missTtlMs: 4000 } });
    const both = [observable(md5), observable(otherMd5)];
    rig.live.ask(both, 1);
    await settled(rig);
    rig.time.advance(3999);
    rig.live.ask(both, 2);
    await until('the kept answer', () => rig.answers.length === 2);
    expect(rig.answers.map(({ ticket }) => ticket)).toEqual([1, 2]);
    expect(server.requests).toHaveLength(1);
    rig.time.advance(1);
    rig.live.ask(both, 3);
    await settled(rig);
    expect(asked(server)).toEqual([md5.toLowerCase(), otherMd5, md5.toLowerCase()]);
    rig.time.advance(6000);
    rig.live.ask([observable(otherMd5)], 4);
    await settled(rig);
    expect(server.requests).toHaveLength(3);
    expect([rig.count('hit'), rig.count('cached_hit')]).toEqual([2, 2]);
    expect([rig.count('miss'), rig.count('cached_miss')]).toEqual([2, 1]);
  });

  test('no more than the limit; the last ones stay', async () => {
    const server = await serverWith();
    const rig = rigFor(server.address, { limits: { maxCached: 4 } });
    for (let n = 0; n < 9; n++) rig.live.ask([observable(`1.2.3.${n}`)], 1);
    await settled(rig);
    expect(rig.live.cached).toBeLessThanOrEqual(4);
    rig.live.ask([observable('1.2.3.7'), observable('1.2.3.8')], 2);
    expect(rig.count('cached_miss')).toBe(2);
  });
});

describe('the load on the server', () => {
  test('a value that a thousand events ask for at once is asked once, and all have the answer', async () => {
    const server = await serverWith({ type: 'ip-src', value: '1.2.3.4' });
    const rig = rigFor(server.address);
    for (let ticket = 0; ticket < 1000; ticket++) rig.live.ask([observable('1.2.3.4')], ticket);
    expect(rig.live.waiting).toBe(1000);
    await settled(rig);
    expect(asked(server)).toEqual(['1.2.3.4']);
    expect(rig.answers.map(({ ticket }) => ticket)).toEqual(
      Array.from({ length: 1000 }, (_, n) => n),
    );
  });

  test('values go together, and requests no faster than the pace', async () => {
    const server = await serverWith();
    const rig = rigFor(server.address, { limits: { requestsPerSecond: 2, valuesPerRequest: 10 } });
    for (let n = 0; n < 35; n++) rig.live.ask([observable(`1.2.3.${n}`)], n);
    await until('the first request', () => rig.count('miss') === 10);
    for (const [afterMs, requests] of [
      [499, 1],
      [1, 2],
      [499, 2],
      [1, 3],
      [500, 4],
    ] as const) {
      rig.time.advance(afterMs);
      await until('no request is out', () => rig.live.inFlight === 0);
      // Whatever is going to be sent without time passing has been sent by then.
      await new Promise((resolve) => setImmediate(resolve));
      await until('no request is out', () => rig.live.inFlight === 0);
      expect(server.requests).toHaveLength(requests);
    }
    await settled(rig);
    expect(server.requests.map(({ body }) => (body?.['value'] as string[]).length)).toEqual([
      10, 10, 10, 5,
    ]);
  });

  test('a full queue lets go of what comes, and counts it; no call waits or throws', async () => {
    const server = await serverWith();
    server.misbehave({ kind: 'silence' });
    const rig = rigFor(server.address, {
      limits: { maxQueue: 10, maxWaiting: 15, valuesPerRequest: 10 },
    });
    for (let n = 0; n < 30; n++) rig.live.ask([observable(`1.2.3.${n}`)], n);
    for (let n = 0; n < 30; n++) rig.live.ask([observable('1.2.3.0')], n);
    expect(rig.live.waiting).toBe(15);
    expect(rig.count('queue_full')).toBe(45);
    expect(rig.accountedFor()).toBe(60);
    await rig.live.close();
    expect(rig.count('closed')).toBe(15);
  });

  test('an answer that is full is asked for again in halves, so that no value is missed', async () => {
    const many = Array.from({ length: 1200 }, (_, n) => ({
      type: 'ip-src',
      value: '1.2.3.4',
      timestamp: n,
    }));
    const server = await serverWith(...many, { type: 'ip-src', value: '1.2.3.9' });
    const rig = rigFor(server.address);
    rig.live.ask([observable('1.2.3.4'), observable('1.2.3.9')], 1);
    for (let n = 0; n < 4 && rig.live.waiting > 0; n++) {
      await until('no request is out', () => rig.live.inFlight === 0);
      await new Promise((resolve) => setImmediate(resolve));
      rig.time.advance(100);
    }
    await settled(rig);
    expect(rig.answers.map(({ match }) => match.indicator.value).sort()).toEqual([
      '1.2.3.4',
      '1.2.3.9',
    ]);
    expect(server.requests.map(({ body }) => (body?.['value'] as string[]).length)).toEqual([
      2, 1, 1,
    ]);
  });
});

test('an answer that is too large costs only the value it is about', async () => {
  const server = await serverWith(
    { type: 'md5', value: otherMd5, comment: 'x'.repeat(20_000) },
    { type: 'md5', value: md5.toLowerCase() },
  );
  const rig = rigFor(server.address, {
    limits: { maxAnswerBytes: 10_000, requestsPerSecond: 1000, maxInFlight: 1 },
  });
  rig.live.ask([observable(otherMd5), observable(md5)], 1);
  for (let n = 1; n <= 3; n++) {
    await until('a request', () => server.requests.length === n && rig.live.inFlight === 0);
    await new Promise((resolve) => setImmediate(resolve));
    rig.time.advance(1);
  }
  await settled(rig);
  expect([rig.count('failed'), rig.count('hit')]).toEqual([1, 1]);
  expect(rig.answers.map(({ match }) => match.indicator.value)).toEqual([md5.toLowerCase()]);
});

describe('a server that fails', () => {
  test('is left alone for a pause that doubles, and asked again after it', async () => {
    const server = await serverWith({ type: 'md5', value: otherMd5 });
    const rig = rigFor(server.address, { limits: { pauseMs: 1000, maxPauseMs: 3000 } });
    server.misbehave({ kind: 'status', status: 501 });
    const ask = async (ticket: number): Promise<void> => {
      rig.live.ask([observable(otherMd5)], ticket);
      await settled(rig);
    };
    await ask(1);
    expect(rig.count('failed')).toBe(1);
    rig.time.advance(999);
    await ask(2);
    expect(rig.count('paused')).toBe(1);
    expect(server.requests).toHaveLength(1);
    rig.time.advance(1);
    await ask(3);
    rig.time.advance(1999);
    await ask(4);
    expect(server.requests).toHaveLength(2);
    rig.time.advance(1);
    await ask(5);
    server.misbehave(undefined);
    rig.time.advance(3000);
    await ask(6);
    expect(rig.answers.map(({ ticket }) => ticket)).toEqual([6]);
    expect(rig.logger.lines.map(({ code }) => code)).toEqual([
      'live.failed',
      'live.failed',
      'live.failed',
      'live.back',
    ]);
    expect(rig.counters.total('tf_live_requests_total', { outcome: 'failed' })).toBe(3);
    expect(rig.accountedFor()).toBe(6);
  });

  test('that says when to come back is not asked before', async () => {
    const server = await serverWith();
    const rig = rigFor(server.address, { limits: { pauseMs: 1000 } });
    server.misbehave({ kind: 'status', status: 429, headers: { 'retry-after': '60' } });
    rig.live.ask([observable(md5)], 1);
    await settled(rig);
    rig.time.advance(59_000);
    rig.live.ask([observable(md5)], 2);
    expect(rig.count('paused')).toBe(1);
  });

  test('that is silent is given up when its time is over; what waits is let go', async () => {
    const server = await serverWith();
    server.misbehave({ kind: 'silence' });
    const rig = rigFor(server.address, { limits: { valuesPerRequest: 1, maxInFlight: 1 } });
    rig.live.ask([observable(md5), observable(otherMd5)], 1);
    await until('the request', () => server.requests.length === 1);
    rig.time.advance(4999);
    expect(rig.live.waiting).toBe(2);
    rig.time.advance(1);
    await settled(rig);
    expect(rig.count('failed')).toBe(2);
    expect(rig.logger.lines[0]?.message).toMatch(/no answer in 5 s/);
  });

  test('requests that fail together are one failure', async () => {
    const server = await serverWith();
    const rig = rigFor(server.address, {
      limits: { valuesPerRequest: 1, requestsPerSecond: 1000, maxInFlight: 2, pauseMs: 1000 },
    });
    server.misbehave({ kind: 'silence' });
    rig.live.ask([observable(md5), observable(otherMd5)], 1);
    await until('the first request', () => server.requests.length === 1);
    rig.time.advance(1);
    await until('both requests', () => server.requests.length === 2);
    rig.time.advance(5000);
    await settled(rig);
    expect(rig.count('failed')).toBe(2);
    expect(rig.logger.lines).toHaveLength(1);
    server.misbehave(undefined);
    rig.time.advance(1000);
    rig.live.ask([observable(md5)], 2);
    await settled(rig);
    expect(rig.count('miss')).toBe(1);
  });

  test('away and back on the same port', async () => {
    const first = await serverWith();
    const rig = rigFor(first.address, { limits: { pauseMs: 1000 } });
    await first.close();
    rig.live.ask([observable(otherMd5)], 1);
    await settled(rig);
    expect(rig.count('failed')).toBe(1);
    const attributes = mispAttributes([{ type: 'md5', value: otherMd5 }]);
    const again = await startMispServer({ key, attributes, port: first.port });
    open.push(again);
    open = open.filter((one) => one !== first);
    rig.time.advance(1000);
    rig.live.ask([observable(otherMd5)], 2);
    await settled(rig);
    expect(rig.answers.map(({ ticket }) => ticket)).toEqual([2]);
  });

  test.each([
    ['login-page', /web page/],
    ['redirect', /login page/],
    ['cut-off', /broke|not as long/],
    ['reset', /broke/],
  ] as const)('%s: told so, nothing kept', async (kind, message) => {
    const server = await serverWith();
    server.misbehave({ kind });
    const rig = rigFor(server.address);
    rig.live.ask([observable(md5)], 1);
    await settled(rig);
    expect(rig.logger.lines[0]?.message).toMatch(message);
    expect(rig.live.cached).toBe(0);
  });

  test('that refuses the key says so, and the key is in no line', async () => {
    const server = await serverWith();
    const wrong = 'wrong-key-0123456789';
    const rig = rigFor(server.address, { access: { auth: { token: wrong }, proxy: 'none' } });
    rig.live.ask([observable(md5)], 1);
    await settled(rig);
    expect(rig.logger.lines[0]?.message).toMatch(/automation key is not accepted/);
    expect(JSON.stringify(rig.logger.lines)).not.toContain(wrong);
  });
});

describe('what is not asked', () => {
  test('addresses that are not public, names of the house, and what is set', async () => {
    const server = await serverWith();
    const rig = rigFor(server.address, {
      neverAsk: ['house.example', '1.2.0.0/16', '2001:4860::1'],
    });
    const private_ = [
      '10.1.2.3',
      '127.0.0.1',
      '169.254.1.1',
      '100.64.0.1',
      '192.0.2.1',
      '224.0.0.1',
    ];
    const six = ['::1', 'fe80::1', 'fc00::1', '2001:db8::1', '2001:4860::1'];
    const names = ['intranet', 'printer.local', 'db.corp', 'www.house.example', 'house.example'];
    const urls = [
      'http://10.0.0.1/x',
      'http://intranet/x',
      'http://www.house.example/x?y',
      'http://1.2.3.4/',
    ];
    const texts = [...private_, ...six, ...names, ...urls];
    rig.live.ask(texts.map(observable), 1);
    expect(rig.count('not_asked')).toBe(texts.length);
    rig.live.ask(['nothouse.example', '1.3.0.1', '2001:4860::2'].map(observable), 1);
    await settled(rig);
    expect(asked(server)).toEqual(['nothouse.example', '1.3.0.1', '2001:4860::2']);
  });

  test('kinds that are not wanted', async () => {
    const server = await serverWith();
    const rig = rigFor(server.address, { kinds: ['md5'] });
    rig.live.ask([observable('1.2.3.4'), observable(md5)], 1);
    await settled(rig);
    expect(asked(server)).toEqual([md5.toLowerCase()]);
    expect(rig.count('not_asked')).toBe(1);
  });

  test('an entry that is no domain and no address is refused', () => {
    expect(() => liveRig('http://127.0.0.1:1', { neverAsk: ['a b'] })).toThrow(/"a b"/);
  });
});

describe('the end', () => {
  test('a handler that throws harms nobody else', async () => {
    const server = await serverWith({ type: 'md5', value: otherMd5 });
    const seen: number[] = [];
    const rig = rigFor(server.address, {
      onAnswer(_, ticket) {
        seen.push(ticket);
        if (ticket === 1) throw new Error('of the handler');
      },
    });
    rig.live.ask([observable(otherMd5)], 1);
    rig.live.ask([observable(otherMd5)], 2);
    await settled(rig);
    expect(seen).toEqual([1, 2]);
    expect(rig.logger.lines.map(({ code }) => code)).toEqual(['live.handler']);
  });

  test('close breaks off what is out; what comes after is counted and goes nowhere', async () => {
    const server = await serverWith();
    server.misbehave({ kind: 'silence' });
    const rig = rigFor(server.address);
    rig.live.ask([observable(md5)], 1);
    await until('the request', () => server.requests.length === 1);
    await rig.live.close();
    rig.live.ask([observable(otherMd5)], 2);
    expect(rig.count('closed')).toBe(2);
    expect([rig.live.waiting, rig.live.inFlight]).toEqual([0, 0]);
    expect(rig.logger.lines).toEqual([]);
  });
});
