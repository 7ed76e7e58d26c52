import { setImmediate as turn } from 'node:timers/promises';

import { expect, test } from '@jest/globals';

import { Refresh, type RefreshScope } from '../../../forwarder/service/reloading/refresh.js';

interface Run {
  readonly scope: RefreshScope;
  readonly signal: AbortSignal;
  readonly end: (isInUse: boolean) => void;
}

function rig(): {
  readonly refresh: Refresh;
  readonly runs: Run[];
  readonly stop: AbortController;
} {
  const runs: Run[] = [];
  const stop = new AbortController();
  const refresh = new Refresh({
    signal: stop.signal,
    run: (scope, signal) =>
      new Promise((end) => {
        runs.push({ scope, signal, end });
        signal.addEventListener('abort', () => {
          end(false);
        });
      }),
  });
  return { refresh, runs, stop };
}

test('what is asked for during a run makes it run once more, with all that was asked for', async () => {
  const { refresh, runs } = rig();
  const first = refresh.request('feeds');
  void refresh.request('configuration');
  void refresh.request('feeds');
  runs[0]?.end(false);
  await turn();
  runs[1]?.end(true);
  expect(await first).toBe(true);
  expect(runs.map(({ scope }) => scope)).toEqual(['feeds', 'configuration']);
});

test('a superseded run is given up and done again; the fourth in a row comes to its end', async () => {
  const { refresh, runs } = rig();
  const done = refresh.request('configuration');
  for (let change = 0; change < 5; change++) {
    refresh.supersede();
    void refresh.request('feeds');
    await turn();
  }
  expect(runs.map(({ signal }) => signal.aborted)).toEqual([true, true, true, false]);
  // What was given up is done by the next one too.
  expect(runs.map(({ scope }) => scope)).toEqual(Array(4).fill('configuration'));
  runs[3]?.end(true);
  await turn();
  runs[4]?.end(true);
  expect(await done).toBe(true);
  expect(runs).toHaveLength(5);
  // From there on a newer version counts again.
  void refresh.request('feeds');
  await turn();
  refresh.supersede();
  expect(runs[5]?.signal.aborted).toBe(true);
});

test('nothing runs any more once the service stops', async () => {
  const { refresh, runs, stop } = rig();
  const done = refresh.request('feeds');
  void refresh.request('feeds');
  stop.abort();
  expect(await done).toBe(false);
  expect(runs).toHaveLength(1);
});

test.each([0, 1, 2, 3, 4, 5, 6])(
  'what is asked for %i moments after a run has ended is not forgotten',
  async (moments) => {
    const { refresh, runs } = rig();
    void refresh.request('feeds');
    runs[0]?.end(true);
    for (let moment = 0; moment < moments; moment++) await Promise.resolve();
    void refresh.request('feeds');
    await turn();
    expect(runs).toHaveLength(2);
  },
);
