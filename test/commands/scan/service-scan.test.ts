import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { addressDetections, startFakeService } from './fake-service.js';
import type { FakeService, FakeServiceOptions } from './fake-service.js';
import { eventLines, scanFolder } from './scan-in-process.js';
import type { ScanFolder } from './scan-in-process.js';

let folder: ScanFolder;
let service: FakeService | undefined;

beforeEach(async () => {
  folder = await scanFolder();
});
afterEach(async () => {
  await service?.close();
  service = undefined;
  await folder.remove();
});

async function started(options: FakeServiceOptions = {}): Promise<FakeService> {
  service = await startFakeService(options);
  return service;
}

const expectedOf = (lines: readonly string[]): readonly string[] =>
  lines.flatMap(addressDetections);

describe('a report', () => {
  test('has the replies in the order of the events, then the three totals', async () => {
    const { address, events, flags } = await started({ pieceBytes: 3 });
    const lines = eventLines(200);
    const file = await folder.write('events.log', `${lines.join('\n')}\n`);
    expect(await folder.scan({ report: true, connect: address, path: [file] })).toBe(0);
    const report = await folder.report();
    expect(report.slice(0, -3)).toEqual(expectedOf(lines));
    expect(report.at(-3)).toBe('Total number of objects sent to KTFS: 200');
    expect(report.at(-2)).toBe('Total number of detects received from KTFS: 20');
    expect(report.at(-1)).toMatch(/^Total scan time: \d\d:\d\d:\d\d\.\d\d\d$/);
    expect([...events].sort()).toEqual([...lines].sort());
    expect(new Set(flags)).toEqual(new Set(['X-KF-SendFinishedEventX-KF-ReplyBack']));
    expect((await folder.files()).filter((name) => name.includes('resume'))).toEqual([]);
  });

  test('keeps the order when connections answer at different speeds', async () => {
    let held = 0;
    const { address } = await started({
      // The first events of every connection are held while others go on.
      gate: () =>
        (held += 1) % 40 === 1
          ? new Promise((resolve) => setTimeout(resolve, 5))
          : Promise.resolve(),
    });
    const lines = eventLines(2000, 3);
    const file = await folder.write('events.log', lines.join('\n'));
    await folder.scan({ report: true, connect: address, path: [file], threads: '5' });
    expect(service?.connections).toBeGreaterThan(1);
    expect(service?.connections).toBeLessThanOrEqual(5);
    expect((await folder.report()).slice(0, -3)).toEqual(expectedOf(lines));
  });

  test('goes on with fewer connections when the service refuses some', async () => {
    const { address, events } = await started({ sessions: 2 });
    const lines = eventLines(3000, 7);
    const file = await folder.write('events.log', lines.join('\n'));
    expect(await folder.scan({ report: true, connect: address, path: [file] })).toBe(0);
    expect(service?.connections).toBeGreaterThan(2);
    expect((await folder.report()).slice(0, -3)).toEqual(expectedOf(lines));
    // A refused connection has answered nothing: no event was looked up twice.
    expect([...events].sort()).toEqual([...lines].sort());
  });

  test('several files, empty lines, CRLF, no end of line at the end', async () => {
    const { address, events } = await started();
    const one = await folder.write('1.log', 'a 192.0.2.1\r\n\r\n\nb\r\n');
    const two = await folder.write('2.log', 'c 192.0.2.2');
    const empty = await folder.write('3.log', '');
    const csv = join(folder.path, 'found.csv');
    const path = [one, two, empty, one];
    expect(await folder.scan({ csv, connect: address, path, failOnDetect: true })).toBe(1);
    expect([...events].sort()).toEqual(['a 192.0.2.1', 'b', 'c 192.0.2.2']);
    expect(await readFile(csv, 'utf8')).toBe(
      `file,line,category,matched_indicator,reply
${one},1,KL_IP_Reputation,192.0.2.1,- category=KL_IP_Reputation matchedIndicator=192.0.2.1 url=- ip=192.0.2.1
${two},1,KL_IP_Reputation,192.0.2.2,- category=KL_IP_Reputation matchedIndicator=192.0.2.2 url=- ip=192.0.2.2
`,
    );
  });

  test('an event over 64 KB is asked for in pieces, each of which is answered', async () => {
    const { address, events } = await started();
    const long = `${'word '.repeat(14_000)}192.0.2.7`;
    const file = await folder.write('events.log', `short\n${long}\nlast 192.0.2.8\n`);
    await folder.scan({ report: true, connect: address, path: [file] });
    expect(events).toHaveLength(4);
    expect(events.slice(1, 3).join('')).toBe(long);
    expect(Math.max(...events.map(({ length }) => length))).toBeLessThan(65_536);
    expect((await folder.report()).slice(0, 2)).toEqual(addressDetections('192.0.2.7 192.0.2.8'));
  });

  test('another finished text is named by --finished', async () => {
    const { address } = await started({ finished: 'EndOfLookup total=0' });
    const file = await folder.write('events.log', 'a 192.0.2.1\n');
    const given = { report: true, connect: address, path: [file] };
    await folder.scan({ ...given, finished: 'EndOfLookup' });
    expect((await folder.report())[0]).toBe(addressDetections('192.0.2.1')[0]);
  });

  test('over a UNIX socket', async () => {
    const { address } = await started({ path: join(folder.path, 'service.sock') });
    const file = await folder.write('events.log', 'a 192.0.2.1\n');
    expect(await folder.scan({ report: true, connect: address, path: [file] })).toBe(0);
    expect(await folder.report()).toHaveLength(4);
  });
});

describe('without replies', () => {
  test('events are sent as they are, without flags', async () => {
    const { address, events, flags } = await started();
    const lines = eventLines(500);
    const file = await folder.write('events.log', lines.join('\n'));
    expect(await folder.scan({ connect: address, path: [file] })).toBe(0);
    expect([...events].sort()).toEqual([...lines].sort());
    expect(new Set(flags)).toEqual(new Set(['']));
    expect(await folder.files()).toEqual(['events.log']);
  });

  test('connections that are refused lose nothing', async () => {
    const { address, events } = await started({ sessions: 2 });
    const lines = eventLines(20_000);
    const file = await folder.write('events.log', lines.join('\n'));
    expect(await folder.scan({ connect: address, path: [file] })).toBe(0);
    expect([...events].sort()).toEqual([...lines].sort());
  });

  test('lines that begin with # are left out when that is asked for', async () => {
    const { address, events } = await started();
    const file = await folder.write('events.log', '# comment\na\n#b\nc #d\n');
    await folder.scan({ connect: address, path: [file], skipComments: true });
    expect(events).toEqual(['a', 'c #d']);
  });
});

describe('values', () => {
  test('become events of Pattern with only their field filled', async () => {
    const { address, events } = await started();
    const config = await folder.write(
      'scan.conf',
      `<Settings><Pattern>x ip=%IP% md5=%MD5% url=%URL%</Pattern><Connection>${address}</Connection></Settings>`,
    );
    const values = { ip: ['192.0.2.1'], hash: ['0'.repeat(32)], url: ['http://a.example/%IP%'] };
    expect(await folder.scan({ config, report: true, ...values })).toBe(0);
    expect(events).toEqual([
      'x ip=192.0.2.1 md5= url=',
      `x ip= md5=${'0'.repeat(32)} url=`,
      'x ip= md5= url=http://a.example/%IP%',
    ]);
  });
});

describe('a service that fails', () => {
  const unavailable = { code: 'TF_PEER_UNAVAILABLE' };

  test('is not there: 69, and no report is left', async () => {
    const gone = await startFakeService();
    await gone.close();
    const file = await folder.write('events.log', 'a\n');
    const given = { report: true, connect: gone.address, path: [file] };
    await expect(folder.scan(given)).rejects.toMatchObject(unavailable);
    expect(await folder.files()).toEqual(['events.log']);
  });

  test('refuses every connection: 69', async () => {
    const { address } = await started({ sessions: 0 });
    const file = await folder.write('events.log', 'a\n');
    const given = { report: true, connect: address, path: [file] };
    await expect(folder.scan(given)).rejects.toMatchObject(unavailable);
  });

  test.each(['close', 'silent'] as const)(
    'answers some events, then: %s; the scan goes on from there',
    async (then) => {
      const { address } = await started({ answers: 100, then });
      const lines = eventLines(300, 4);
      const file = await folder.write('events.log', lines.join('\n'));
      const given = { report: true, path: [file], timeout: '1', threads: '1' };
      await expect(folder.scan({ ...given, connect: address })).rejects.toMatchObject(unavailable);
      expect((await folder.files()).filter((name) => name.includes('resume'))).toHaveLength(1);
      await service?.close();
      const next = await started();
      expect(await folder.scan({ ...given, connect: next.address, resume: true })).toBe(0);
      const report = await folder.report();
      expect(report.slice(0, -3)).toEqual(expectedOf(lines));
      expect(report.at(-3)).toBe('Total number of objects sent to KTFS: 300');
      // Chunks of 32 events are gone on with as a whole.
      expect(next.events).toEqual(lines.slice(96));
    },
  );

  test('never says that it has finished: the hint names what its lines begin with', async () => {
    const { address } = await started({ finished: 'Other' });
    const file = await folder.write('events.log', 'a 192.0.2.1\n');
    const given = { report: true, connect: address, path: [file], timeout: '1' };
    await expect(folder.scan(given)).rejects.toMatchObject({
      ...unavailable,
      hint: expect.stringContaining('"Other"') as unknown,
    });
  });
});
