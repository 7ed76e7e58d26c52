import { afterEach, expect, test } from '@jest/globals';

import type { ConsoleClient } from '../../../../dsm/console/index.js';
import { apply, closeAll, connect, smallSetup, startConsole, withConsole } from './support.js';

afterEach(closeAll);

const path = '/staged_config/deploy_status';

/** The client, told of these states of the deployment one after the other, the last for ever. */
function withStates(client: ConsoleClient, states: readonly object[]): ConsoleClient {
  const left = [...states];
  return {
    ...client,
    get: (asked, ...rest) =>
      asked === path
        ? Promise.resolve((left.length > 1 ? left.shift() : left[0]) as never)
        : client.get(asked, ...rest),
  };
}

const host = { ip: '192.0.2.10' };

/** The description of the API gives two forms, which do not agree: both are read. */
withConsole('the end of a deployment', () => {
  test.each([
    ['a host with an error', { status: 'COMPLETE', hosts: [{ ...host, host_status: 'ERROR' }] }],
    ['a host without an answer', { percent_complete: 100, hosts: [{ host_status: 'TIMED_OUT' }] }],
    ['hosts by state', { status: 'DONE', hosts: { SUCCESS: [], TIMED_OUT: [host] } }],
    ['errors elsewhere', { status: 'DONE', has_errors: true, hosts: { SUCCESS: [host] } }],
  ])('%s: it has failed, and that is said', async (_name, state) => {
    const console = await startConsole();
    const client = withStates(await connect(console), [{ ...state, error_message: 'no room' }]);
    const { stoppedBy, left } = await apply(client, smallSetup);
    expect(stoppedBy).toMatchObject({
      code: 'TF_CONSOLE',
      message: 'the deployment ended with errors: no room',
    });
    expect(left).toMatchObject([{ resource: 'deployment' }]);
  });

  test.each([
    ['hosts in a list', { status: 'COMPLETE', hosts: [{ ...host, host_status: 'SUCCESS' }] }],
    ['hosts by state', { status: 'DONE', hosts: { SUCCESS: [host], ERROR: [] } }],
    ['no hosts', { status: 'UNKNOWN', hosts: null, has_errors: false, error_message: null }],
  ])('%s: it went well, once it was waited for', async (_name, state) => {
    const console = await startConsole();
    let pauses = 0;
    const pause = (): Promise<void> => {
      pauses += 1;
      return Promise.resolve();
    };
    const running = [{ status: 'START' }, { status: 'IN_PROGRESS', percent_complete: 50 }];
    const client = withStates(await connect(console), [...running, state]);
    const report = await apply(client, smallSetup, { pause });
    expect([report.stoppedBy, report.left, report.notes]).toEqual([undefined, [], []]);
    expect(pauses).toBe(running.length);
  });
});
