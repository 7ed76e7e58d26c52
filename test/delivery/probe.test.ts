import { afterEach, describe, expect, test } from '@jest/globals';

import { probeCollector } from '../../forwarder/delivery/index.js';
import { refusingUrl, startFakeCollector } from '../faults/fake-collector.js';
import type { FakeCollector } from '../faults/fake-collector.js';

let collector: FakeCollector | undefined;

afterEach(async () => {
  await collector?.stop('reset');
  collector = undefined;
});

describe('probeCollector', () => {
  test('reachable: connects, sends nothing', async () => {
    collector = await startFakeCollector({ scheme: 'tcp' });
    expect(await probeCollector({ url: collector.url }, 1000)).toEqual({
      outcome: 'reachable',
      url: collector.url,
    });
    expect(collector.connections).toBe(1);
    expect(collector.lines).toEqual([]);
    expect(collector.fragments).toEqual([]);
  });

  test('unreachable: says why and what to do', async () => {
    const url = await refusingUrl('tcp');
    expect(await probeCollector({ url }, 1000)).toEqual({
      outcome: 'unreachable',
      url,
      detail: expect.stringMatching(/^connection refused; start the collector/),
    });
  });

  test('a name that nobody knows', async () => {
    const probe = await probeCollector({ url: 'udp://no-such-host.invalid' }, 3000);
    expect(probe).toMatchObject({
      outcome: 'unreachable',
      detail: expect.stringMatching(/name|server|connection within/),
    });
  });

  test('UDP is not checkable', async () => {
    expect(await probeCollector({ url: 'udp://127.0.0.1:9' }, 1000)).toMatchObject({
      outcome: 'not_checkable',
      url: 'udp://127.0.0.1:9',
    });
  });

  test('options that cannot work throw', async () => {
    await expect(probeCollector({ url: 'siem:514' }, 1000)).rejects.toMatchObject({
      code: 'TF_CONFIG',
    });
  });
});
