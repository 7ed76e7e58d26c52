import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterEach, describe, expect, test } from '@jest/globals';

import { startDetecting } from '../security/support/detecting.js';
import type { DetectingService } from '../security/support/detecting.js';
import { scaled, tier } from './rig/tier.js';

/** What the whole process takes, seen from outside. */

const mebibyte = 2 ** 20;
const longMs = 120_000;
let detecting: DetectingService | undefined;

afterEach(async () => {
  await detecting?.stop();
  detecting = undefined;
}, 30_000);

/** Looks at the memory of the process while something happens; gives back the most there was. */
async function mostBytes(service: DetectingService, work: () => Promise<void>): Promise<number> {
  let most = 0;
  let isOver = false;
  const look = async (): Promise<void> => {
    while (!isOver) {
      most = Math.max(most, await service.residentBytes());
      await sleep(10);
    }
  };
  const looking = look();
  try {
    await work();
    isOver = true;
    await looking;
  } catch (error) {
    // A process that is gone: how it went is what must be known.
    const lastWords = service.service.stderr().slice(-2000);
    throw new Error(`the service is in trouble:\n${lastWords}`, { cause: error });
  }
  return most;
}

function say(what: string, bytes: number): void {
  process.stderr.write(`${what} (${tier}): grown by ${(bytes / 1e6).toFixed(1)} MB\n`);
}

describe('the memory of the process', () => {
  test(
    'under a line of 100 MB without an end',
    async () => {
      detecting = await startDetecting();
      const service = detecting;
      const piece = Buffer.alloc(65_536, 'a');
      const long = async (name: string): Promise<void> => {
        const pieces = Array.from({ length: 1_600 }, () => piece);
        await service.send(...pieces, `\nhttp://${name}.evil.example/\n`);
        await service.service.until(
          () => service.service.stdout().includes(`${name}.evil.example`),
          'the event behind',
        );
      };
      // The first one shows what the runtime takes for reading at all.
      await long('first');
      const before = await service.residentBytes();
      const most = await mostBytes(service, () => long('second'));
      say('a line of 100 MB', most - before);
      // Two lines' worth, and what the runtime allocates meanwhile.
      expect(most - before).toBeLessThan(16 * mebibyte);
      expect(await service.metric('tf_intake_oversize_lines_total{listener="jsa"}')).toBe(2);
    },
    longMs,
  );

  test(
    'under 200 connections with 0.9 MiB each of a line without an end',
    async () => {
      detecting = await startDetecting();
      const service = detecting;
      await service.send('http://warm.evil.example/\n');
      const before = await service.residentBytes();
      const piece = Buffer.alloc(0.9 * mebibyte, 'a');
      const sockets = await Promise.all(Array.from({ length: 200 }, () => service.dial()));
      const most = await mostBytes(service, async () => {
        for (const socket of sockets)
          if (!socket.write(piece))
            await Promise.race([once(socket, 'drain'), once(socket, 'close')]);
        await sleep(500);
      });
      say('200 unfinished lines', most - before);
      expect(most - before).toBeLessThan(100e6);
      const cut = await service.metric('tf_events_rejected_total{reason="memory_cap"}');
      expect(cut).toBeGreaterThanOrEqual(130);
      await service.service.until(
        () => service.service.stdout().includes('KL_ALERT_EventsShed'),
        'word of it at the collector',
      );
      await service.send('http://after.evil.example/\n');
      await service.service.until(() => service.detections().length === 2, 'the detection');
      for (const socket of sockets) socket.destroy();
    },
    longMs,
  );

  test(
    'with a small heap and more detections than it could hold: some are dropped and counted, it lives',
    async () => {
      const events = scaled({ fast: 120_000, full: 200_000 });
      // Nobody listens at this collector, and nothing may wait on disk.
      detecting = await startDetecting(
        'delivery: { collectors: ["tcp://127.0.0.1:9"], spool: false }\n',
        [],
        { env: { NODE_OPTIONS: '--max-old-space-size=80' } },
      );
      const service = detecting;
      const most = await mostBytes(service, async () => {
        const socket = await service.dial();
        for (let sent = 0; sent < events; sent += 100) {
          const text = Array.from(
            { length: 100 },
            (_, at) => `number ${sent + at} http://h${sent + at}.evil.example/\n`,
          ).join('');
          if (!socket.write(text)) await once(socket, 'drain');
        }
        socket.end();
        await once(socket.resume(), 'close');
        for (let waited = 0; waited < 30_000; waited += 100) {
          if ((await service.metric('tf_events_received_total')) >= events) break;
          await sleep(100);
        }
      });
      process.stderr.write(
        `a heap of 80 MB (${tier}): ${events} detections, at most ${(most / 1e6).toFixed(0)} MB\n`,
      );
      expect(await service.metric('tf_events_total{outcome="matched"}')).toBe(events);
      expect(service.service.stderr()).toContain('delivery.dropped');
      expect(service.service.stderr()).not.toContain('heap out of memory');
      expect(await service.stop()).toBe(0);
      detecting = undefined;
    },
    longMs,
  );
});
