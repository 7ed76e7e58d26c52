import { afterEach, expect, test } from '@jest/globals';

import type { ConsoleClient } from '../../../../dsm/console/index.js';
import { ConsoleError } from '../../../../dsm/console/index.js';
import { isChanging, type DesiredSetup } from '../../../../dsm/console/setup/index.js';
import {
  apply,
  changing,
  closeAll,
  connect,
  fullSetup,
  smallSetup,
  startConsole,
  withConsole,
} from './support.js';

afterEach(closeAll);

const gone = new ConsoleError('TF_PEER_UNAVAILABLE', 'gone', { where: 'here', hint: 'none' });

/** Dies at its change number `at`, before or after the console carried it out, and stays dead. */
function dying(client: ConsoleClient, at: number, isServed: boolean): ConsoleClient {
  let count = 0;
  const alive = async <T>(request: () => Promise<T>): Promise<T> => {
    if (count >= at) throw gone;
    return request();
  };
  const changed = async <T>(request: () => Promise<T>): Promise<T> => {
    count += 1;
    if (count === at && isServed) await request();
    return alive(request);
  };
  return {
    ...client,
    get: (...given) => alive(() => client.get(...given)),
    list: (...given) => alive(() => client.list(...given)),
    post: (...given) => changed(() => client.post(...given)),
    delete: (...given) => changed(() => client.delete(...given)),
  };
}

interface Undisturbed {
  readonly snapshot: unknown;
  readonly changes: number;
}

const runs = new Map<DesiredSetup, Promise<Undisturbed>>();

/** What a run that nothing disturbs leaves, and how many changes it takes. */
function undisturbed(desired: DesiredSetup): Promise<Undisturbed> {
  const known = runs.get(desired) ?? runUndisturbed(desired);
  runs.set(desired, known);
  return known;
}

async function runUndisturbed(desired: DesiredSetup): Promise<Undisturbed> {
  const console = await startConsole({ hasOwnExtension: true });
  await apply(await connect(console), desired);
  return { snapshot: console.snapshot(), changes: console.changes };
}

/** One event and one property: each request counts. */
const tinySetup: DesiredSetup = {
  ...smallSetup,
  events: smallSetup.events.slice(0, 1),
  properties: smallSetup.properties.slice(0, 1),
};

const wholeRun = 9;
const deaths = Array.from({ length: wholeRun }, (_, index) => index + 1).flatMap((at) => [
  { at, isServed: false },
  { at, isServed: true },
]);

withConsole('a run that is cut off goes on where it ended', () => {
  test('these are all the changes of a run', async () => {
    expect((await undisturbed(tinySetup)).changes).toBe(wholeRun);
  });

  test.each(deaths)('killed at change $at, served: $isServed', async ({ at, isServed }) => {
    const expected = await undisturbed(tinySetup);
    const console = await startConsole({ hasOwnExtension: true });
    const client = await connect(console);
    const report = await apply(dying(client, at, isServed), tinySetup);
    expect(report.stoppedBy).toBe(gone);
    expect(report.left.filter(isChanging).length).toBeGreaterThan(0);
    expect(report.steps.length + report.left.length).toBeGreaterThanOrEqual(wholeRun);
    const again = await apply(client, tinySetup);
    expect(again.stoppedBy).toBeUndefined();
    expect(console.snapshot()).toEqual(expected.snapshot);
  });

  test.each([true, false])('each connection is cut, served: %s', async (isServed) => {
    const expected = await undisturbed(tinySetup);
    const console = await startConsole({ hasOwnExtension: true });
    const client = await connect(console);
    for (let nth = 0; nth < expected.changes; nth += 1) {
      // Served, nothing is sent again: one after the other. Not served: each second one.
      const after = isServed ? 0 : nth;
      console.fail({ method: 'POST', path: /./, after, what: { kind: 'cut', isServed } });
    }
    const report = await apply(client, tinySetup);
    expect(report.stoppedBy).toBeUndefined();
    expect(console.snapshot()).toEqual(expected.snapshot);
    const from = console.requests.length;
    await apply(client, tinySetup);
    expect(changing(console, from)).toEqual([]);
  });

  test('a console that cannot be read is not changed', async () => {
    const console = await startConsole();
    const client = await connect(console, { attempts: 1 });
    let reads = 0;
    for (; ; reads += 1) {
      console.fail({ method: 'GET', path: /./, after: reads, what: { kind: 'cut' } });
      const before = console.requests.length;
      const plan = apply(client, { ...tinySetup, events: [] }, { deploys: false });
      const failed = await plan.then(
        () => false,
        (error: unknown) => {
          expect(error).toMatchObject({ code: 'TF_PEER_UNAVAILABLE' });
          return true;
        },
      );
      if (!failed) break;
      expect(changing(console, before)).toEqual([]);
    }
    expect(reads).toBeGreaterThan(8);
  });

  test('the whole catalogue, in spite of many cuts and one death', async () => {
    const expected = await undisturbed(fullSetup);
    const console = await startConsole({ hasOwnExtension: true });
    const client = await connect(console);
    for (let after = 3; after < expected.changes; after += 23) {
      const isServed = after % 2 === 0;
      console.fail({ method: 'POST', path: /./, after, what: { kind: 'cut', isServed } });
    }
    const first = await apply(dying(client, 200, true), fullSetup);
    expect(first.stoppedBy).toBe(gone);
    const second = await apply(client, fullSetup);
    expect(second.stoppedBy).toBeUndefined();
    expect(console.snapshot()).toEqual(expected.snapshot);
  });

  test('an interruption by the user ends it between two steps', async () => {
    const console = await startConsole();
    const client = await connect(console);
    const stop = new AbortController();
    const report = await apply(client, tinySetup, { signal: stop.signal }, (step) => {
      if (step.resource === 'event name (QID)') stop.abort();
    });
    expect(report.stoppedBy).toMatchObject({ message: 'interrupted' });
    expect(report.steps.filter(isChanging).length).toBe(3);
    expect(report.left.map(({ resource }) => resource)).toContain('event mapping');
    expect((await apply(client, tinySetup)).stoppedBy).toBeUndefined();
  });

  test('so does one in the middle of a request, with the same words', async () => {
    const console = await startConsole();
    const stop = new AbortController();
    const client = await connect(console, { signal: stop.signal });
    const cut = {
      ...client,
      post: <T>(path: string, sending = {}): Promise<T> => {
        const answer = client.post<T>(path, sending);
        stop.abort();
        return answer;
      },
    };
    const report = await apply(cut, tinySetup, { signal: stop.signal });
    expect(report.stoppedBy).toMatchObject({ code: 'TF_CONSOLE', message: 'interrupted' });
    expect((await apply(await connect(console), tinySetup)).stoppedBy).toBeUndefined();
  });
});
