import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, test } from '@jest/globals';

import { DiskSpace } from '../../../forwarder/service/operation/disk-space.js';
import type { DiskRoom } from '../../../forwarder/service/operation/disk-space.js';
import { createMetrics, silentLogger } from '../../../forwarder/telemetry/index.js';

const limit = 1000;

function rig(rooms: Record<string, DiskRoom | undefined>) {
  const reported: string[] = [];
  const metrics = createMetrics();
  const disks = new DiskSpace({
    folders: Object.keys(rooms).map((name) => ({ name, path: `/${name}` })),
    minFreeBytes: limit,
    metrics,
    logger: silentLogger,
    report: (event, context = []) => {
      const values = Object.fromEntries(context);
      reported.push(`${event} ${values['directory']} ${values['free_bytes']}`);
    },
    roomOf: (path) => {
      const room = rooms[path.slice(1)];
      return room === undefined ? Promise.reject(new Error('gone')) : Promise.resolve(room);
    },
  });
  return { disks, reported, metrics, rooms };
}

describe('room on the disks', () => {
  test('a disk that runs short is reported once, and again only after it had recovered', async () => {
    const { disks, reported, rooms } = rig({ spool: { device: 1, freeBytes: 5000 } });
    const free = async (freeBytes: number): Promise<void> => {
      rooms['spool'] = { device: 1, freeBytes };
      await disks.look();
    };
    await free(5000);
    expect(reported).toEqual([]);
    await free(999);
    await free(10);
    expect(reported).toEqual(['KL_ALERT_FreeSpaceEnds /spool 999']);
    // To and fro around the limit is no news.
    await free(1050);
    await free(990);
    expect(reported).toHaveLength(1);
    await free(1100);
    await free(990);
    expect(reported).toHaveLength(2);
  });

  test('folders of one disk are one alarm, other disks their own', async () => {
    const { disks, reported } = rig({
      spool: { device: 1, freeBytes: 1 },
      index: { device: 1, freeBytes: 1 },
      log: { device: 2, freeBytes: 2 },
    });
    await disks.look();
    expect(reported).toEqual(['KL_ALERT_FreeSpaceEnds /spool 1', 'KL_ALERT_FreeSpaceEnds /log 2']);
  });

  test('a disk that does not answer spoils nothing, and its number is none', async () => {
    const { disks, metrics } = rig({ spool: undefined, log: { device: 2, freeBytes: 7000 } });
    await disks.look();
    const text = await metrics.exposition();
    expect(text).toContain('tf_disk_free_bytes{directory="log"} 7000');
    expect(text.toLowerCase()).toContain('tf_disk_free_bytes{directory="spool"} nan');
  });

  test('a folder that is yet to be made counts as that above it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tf-disk-'));
    const metrics = createMetrics();
    const disks = new DiskSpace({
      folders: [{ name: 'spool', path: join(folder, 'not/yet') }],
      minFreeBytes: 0,
      metrics,
      logger: silentLogger,
      report: () => undefined,
    });
    await disks.start();
    disks.close();
    expect(metrics.total('tf_disk_free_bytes')).toBeGreaterThan(0);
    await rm(folder, { recursive: true });
  });
});
