import { existsSync } from 'node:fs';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterEach, beforeEach, expect, test } from '@jest/globals';

import { readLeef } from '../support/leef.js';
import { startService } from '../support/service-process.js';
import type { ServiceProcess } from '../support/service-process.js';
import { describeWithTool } from '../support/tools.js';

const libraries = ['x86_64-linux-gnu', 'aarch64-linux-gnu']
  .map((machine) => `/usr/lib/${machine}/faketime/libfaketimeMT.so.1`)
  .filter((path) => existsSync(path));

let folder: string;
let service: ServiceProcess;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tf-clock-'));
  await writeFile(join(folder, 'feed.json'), '[{"mask":"bad.example"}]');
  await writeFile(
    join(folder, 'forwarder.yaml'),
    'feeds: [{ path: feed.json, outdatedAfterHours: 48 }]\nservice: { watchdogSeconds: 2 }\n',
  );
});
afterEach(async () => {
  await service.stop();
  await rm(folder, { recursive: true });
});

async function send(text: string): Promise<void> {
  const socket = connect(service.jsaPort, '127.0.0.1');
  await once(socket, 'connect');
  socket.end(text);
  socket.resume();
  await once(socket, 'close');
}

const dayMs = 86_400_000;

describeWithTool('faketime', 'a clock that jumps', () => {
  test.each([
    ['a day forward and back', ['+86400', '+0']],
    ['a day back and forward', ['-86400', '+0']],
  ])(
    '%s: events are detected, timers go on, nobody is flooded',
    async (_name, jumps) => {
      const clock = join(folder, 'clock');
      await writeFile(clock, '+0\n');
      service = await startService([], {
        cwd: folder,
        timeoutMs: 20_000,
        env: {
          LD_PRELOAD: libraries[0] ?? '',
          FAKETIME_TIMESTAMP_FILE: clock,
          FAKETIME_NO_CACHE: '1',
          // The clock of timers never jumps on a real machine.
          FAKETIME_DONT_FAKE_MONOTONIC: '1',
          DONT_FAKE_MONOTONIC: '1',
        },
      });
      const events = () => service.stdout().split('\n').slice(0, -1).map(readLeef);
      const detections = () => events().filter(({ eventId }) => eventId === 'KL_feed_URL');
      for (const [index, jump] of jumps.entries()) {
        await writeFile(clock, `${jump}\n`);
        await send(`http://bad.example/ n=${index}\n`);
        await service.until(() => detections().length === index + 1, `detection after ${jump}`);
        const shift = Number(detections()[index]?.attributes['devTime']) - Date.now();
        expect(Math.abs(shift - Number(jump) * 1000)).toBeLessThan(dayMs / 24);
        // Longer than the watchdog waits.
        await sleep(3_000);
        service.signal('SIGHUP');
        await service.until(
          () => service.stderr().split('service.reloaded').length === index + 2,
          `reload after ${jump}`,
        );
      }
      await send('http://bad.example/ n=last\n');
      await service.until(() => detections().length === jumps.length + 1, 'detection at last');
      expect(await service.stop()).toBe(0);
      const perEvent = new Map<string, number>();
      for (const { eventId } of events()) {
        if (!eventId.startsWith('KL_ALERT_')) continue;
        perEvent.set(eventId, (perEvent.get(eventId) ?? 0) + 1);
      }
      expect(perEvent.get('KL_ALERT_ServiceUnavailable')).toBeUndefined();
      expect(Math.max(...perEvent.values())).toBe(1);
    },
    60_000,
  );
});
