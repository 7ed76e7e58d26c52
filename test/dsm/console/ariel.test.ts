import { describe, expect, test } from '@jest/globals';

import {
  aqlName,
  aqlText,
  ConsoleError,
  searchEvents,
  type ConsoleClient,
} from '../../../dsm/console/index.js';
import { errorOf } from './client-support.js';

type Step = unknown;

interface Script {
  readonly created?: Step;
  /** Answers to GET of the search, in turn; the last for ever. */
  readonly states?: readonly Step[];
  readonly rows?: readonly unknown[];
  /** How often the results are not ready. */
  readonly earlyResults?: number;
}

/** A client that answers by a script, and what it was asked. */
function scripted({ created, states = [], rows = [], earlyResults = 0 }: Script) {
  const asked: string[] = [];
  const left = [...states];
  let early = earlyResults;
  const answer = (step: Step): Promise<never> =>
    step instanceof Error ? Promise.reject(step) : Promise.resolve(step as never);
  const client: ConsoleClient = {
    facts: {
      address: 'https://console',
      apiVersion: '20.0',
      release: undefined,
      clockOffsetMs: undefined,
      certificate: undefined,
    },
    get(path, _query, headers) {
      asked.push(`GET ${path}${headers?.['range'] === undefined ? '' : ` ${headers['range']}`}`);
      if (!path.endsWith('/results')) return answer(left.length > 1 ? left.shift() : left[0]);
      if (early-- > 0) return answer(refused(404, 1003));
      const [, first, last] = /=(\d+)-(\d+)$/.exec(headers?.['range'] ?? '') ?? [];
      return answer({ events: rows.slice(Number(first), Number(last) + 1) });
    },
    list: () => answer([]),
    post(path, sending) {
      asked.push(`POST ${path} ${String(sending?.query?.['query_expression'])}`);
      return answer(created ?? { search_id: 's1', status: 'WAIT' });
    },
    delete(path) {
      asked.push(`DELETE ${path}`);
      return answer(new Error('this does not matter'));
    },
    close: () => Promise.resolve(),
  };
  const pauses: number[] = [];
  const pause = (ms: number): Promise<void> => {
    pauses.push(ms);
    return Promise.resolve();
  };
  return { client, asked, pauses, options: { timeLimitMs: 60_000, pause } };
}

function refused(status: number, apiCode: number, message = 'refused'): ConsoleError {
  return new ConsoleError('TF_CONSOLE', message, { where: 'there', hint: '', status, apiCode });
}

const aql = "SELECT QIDNAME(qid) AS name FROM events WHERE x = 'y' LAST 5 MINUTES";

describe('a search of events', () => {
  test('is begun, waited for with growing pauses, and read', async () => {
    const { client, asked, pauses, options } = scripted({
      states: [
        { status: 'EXECUTE' },
        { status: 'SORTING' },
        { status: 'OF_A_LATER_RELEASE' },
        { status: 'COMPLETED', record_count: 2 },
      ],
      rows: [{ name: 'a' }, { name: 'b' }],
    });
    expect(await searchEvents(client, aql, options)).toEqual([{ name: 'a' }, { name: 'b' }]);
    expect(asked).toEqual([
      `POST /ariel/searches ${aql}`,
      ...Array<string>(4).fill('GET /ariel/searches/s1'),
      'GET /ariel/searches/s1/results items=0-99',
    ]);
    expect(pauses).toHaveLength(4);
    expect(pauses).toEqual([...pauses].sort((a, b) => a - b));
  });

  test.each([0, 100, 200, 201])('gives all %d rows, with a count and without', async (count) => {
    const rows = Array.from({ length: count }, (_, at) => ({ at }));
    for (const record_count of [count, undefined]) {
      const { client, options } = scripted({
        states: [{ status: 'COMPLETED', record_count }],
        rows,
      });
      expect(await searchEvents(client, aql, options)).toEqual(rows);
    }
  });

  test('that is done at once, whose results come a little later, is waited for', async () => {
    const { client, asked, options } = scripted({
      created: { search_id: 'a/b', status: 'COMPLETED', record_count: 1 },
      rows: [{ at: 1 }],
      earlyResults: 2,
    });
    expect(await searchEvents(client, aql, options)).toEqual([{ at: 1 }]);
    expect(asked.slice(1)).toEqual(
      Array<string>(3).fill('GET /ariel/searches/a%2Fb/results items=0-99'),
    );
  });

  test.each([
    ['ERROR', { error_messages: [{ code: 1, message: 'no disk' }] }, 'the search failed: no disk'],
    ['ERROR', {}, 'the search failed; AQL'],
    ['CANCELED', {}, 'somebody cancelled'],
  ])('that ends as %s is told with its AQL', async (status, more, message) => {
    const { client, asked, options } = scripted({ states: [{ status, ...more }] });
    const error = await errorOf(searchEvents(client, aql, options));
    expect(error).toMatchObject({ code: 'TF_CONSOLE', message: expect.stringContaining(message) });
    expect(error.message).toContain(aql);
    expect(asked.at(-1)).toMatch(/^GET/);
  });

  test('whose AQL is not taken is told with it', async () => {
    const { client, options } = scripted({ created: refused(422, 2000, 'no column x') });
    const error = await errorOf(searchEvents(client, aql, options));
    expect(error).toMatchObject({ code: 'TF_CONSOLE', status: 422, apiCode: 2000 });
    expect(error.message).toContain('no column x');
    expect(error.message).toContain(aql);
  });

  test('without an id is told', async () => {
    const { client, options } = scripted({ created: {} });
    expect(await errorOf(searchEvents(client, aql, options))).toMatchObject({ code: 'TF_CONSOLE' });
  });

  test.each([
    ['runs on', { states: [{ status: 'EXECUTE' }] }],
    ['never has its results', { states: [{ status: 'COMPLETED' }], earlyResults: Infinity }],
  ])('that %s ends with its time, and is taken away', async (_what, script) => {
    const { client, asked, pauses, options } = scripted(script);
    expect(await errorOf(searchEvents(client, aql, options))).toMatchObject({
      code: 'TF_PEER_UNAVAILABLE',
      message: 'the search did not finish within 60 s',
      retryable: true,
    });
    expect(asked.at(-1)).toBe('DELETE /ariel/searches/s1');
    expect(pauses.reduce((sum, ms) => sum + ms)).toBeLessThanOrEqual(60_000);
    expect(pauses.length).toBeLessThan(30);
  });

  test('that is stopped is taken away', async () => {
    const stop = new AbortController();
    const { client, asked, options } = scripted({ states: [{ status: 'EXECUTE' }] });
    const pause = (): Promise<void> => {
      stop.abort();
      return Promise.reject(new Error('aborted'));
    };
    const work = searchEvents(client, aql, { ...options, pause, signal: stop.signal });
    expect(await errorOf(work)).toMatchObject({ message: expect.stringContaining('stopped') });
    expect(asked.at(-1)).toBe('DELETE /ariel/searches/s1');
    const again = searchEvents(client, aql, { ...options, signal: stop.signal });
    expect(await errorOf(again)).toMatchObject({ message: expect.stringContaining('stopped') });
  });

  test('that is stopped does not wait for the usual timer', async () => {
    const stop = new AbortController();
    const { client } = scripted({ states: [{ status: 'EXECUTE' }] });
    const work = searchEvents(client, aql, { timeLimitMs: 1e9, signal: stop.signal });
    setImmediate(() => {
      stop.abort();
    });
    expect(await errorOf(work)).toMatchObject({ message: expect.stringContaining('stopped') });
  });

  test('a fault of the connection is passed on', async () => {
    const fault = new ConsoleError('TF_CONFIG', 'no', { where: 'x', hint: 'y' });
    const { client, asked, options } = scripted({ states: [fault] });
    expect(await errorOf(searchEvents(client, aql, options))).toBe(fault);
    expect(asked.at(-1)).toMatch(/^GET/);
  });
});

describe('in AQL', () => {
  test('texts and names are quoted', () => {
    expect(aqlText("o'clock '' \"x\"")).toBe(`'o''clock '''' "x"'`);
    expect(aqlName("TI 'Feed")).toBe(`"TI 'Feed"`);
  });

  test.each([
    ['a line', () => aqlText('a\nb')],
    ['a NUL', () => aqlText('a\0')],
    ['a quoted name', () => aqlName('a"b')],
    ['no name', () => aqlName('')],
  ])('%s is refused', (_what, write) => {
    expect(write).toThrow(expect.objectContaining({ code: 'TF_USAGE' }));
  });
});
