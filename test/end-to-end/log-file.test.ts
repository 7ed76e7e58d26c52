import { once } from 'node:events';
import { mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

import { startService } from '../support/service-process.js';
import type { ServiceProcess } from '../support/service-process.js';

let folder: string;
let file: string;
let service: ServiceProcess;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tf-log-file-'));
  file = join(folder, 'logs/forwarder.log');
  await writeFile(join(folder, 'feed.json'), '[{"mask":"bad.example"}]');
  await writeFile(
    join(folder, 'forwarder.yaml'),
    'feeds: [{ path: feed.json }]\nlog: { file: logs/forwarder.log, level: debug }\n',
  );
});
afterEach(async () => {
  await service.stop();
  await rm(folder, { recursive: true });
});

interface LogLine {
  readonly code: string;
  readonly level: string;
  readonly heldBack?: number;
}

function linesOf(text: string): readonly LogLine[] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as LogLine);
}

describe('the log file of the running service', () => {
  test('has what standard error has, up to the last line, and is opened anew by SIGHUP', async () => {
    service = await startService([], { cwd: folder });
    await rename(file, `${file}-moved`);
    service.signal('SIGHUP');
    await service.until(() => service.stderr().includes('service.reloaded'), 'reload');
    expect(await service.stop()).toBe(0);
    const both = linesOf(await readFile(`${file}-moved`, 'utf8')).concat(
      linesOf(await readFile(file, 'utf8')),
    );
    expect(both).toEqual(linesOf(service.stderr()));
    expect(both.at(-1)?.code).toBe('service.stopped');
    expect(linesOf(await readFile(file, 'utf8')).map(({ code }) => code)).toContain(
      'service.reloaded',
    );
  }, 40_000);

  test('a log disk that cannot be written costs the log, not the service', async () => {
    await writeFile(join(folder, 'logs'), 'no folder');
    service = await startService([], { cwd: folder });
    await service.until(() => service.stderr().includes('log.file_failed'), 'word of it');
    expect((await fetch(`http://127.0.0.1:${service.httpPort}/readyz`)).status).toBe(200);
    expect(await service.stop()).toBe(0);
    expect(service.stderr().split('log.file_failed')).toHaveLength(2);
  }, 40_000);

  test('a flood of malformed lines and connections is ten lines a cause, and small', async () => {
    service = await startService([], { cwd: folder });
    // Broken in as many ways as can be: each line is an event that has something wrong.
    const bad = [
      '{"payload":"unclosed',
      '{"a":1}{"b":{{{',
      '\u0000\u0001\u0002',
      '{"payload":"http://bad.example/","eventCnt":"1e999"}',
      '['.repeat(200),
      '\ufffd\ud800{"\\ud800":1}',
      'http://bad.example/%%%',
    ];
    const block = Buffer.from(`${bad.join('\n')}\n`.repeat(2_000), 'utf8');
    const socket = connect(service.jsaPort, '127.0.0.1');
    await once(socket, 'connect');
    let lines = 0;
    while (lines < 300_000) {
      if (!socket.write(block)) await once(socket, 'drain');
      lines += bad.length * 2_000;
    }
    socket.end();
    socket.resume();
    await once(socket, 'close');
    // Connections that end in the middle of an event, and TLS where there is none.
    for (let count = 0; count < 300; count += 1) {
      const other = connect(service.jsaPort, '127.0.0.1');
      other.on('error', () => undefined);
      await once(other, 'connect');
      if (count % 2 === 0) other.write(Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01]));
      else other.write('{"half');
      await sleep(1);
      other.resetAndDestroy();
    }
    expect(await service.stop()).toBe(0);
    const { size } = await stat(file);
    expect(size).toBeLessThan(1_000_000);
    const perCause = new Map<string, number>();
    for (const { level, code } of linesOf(await readFile(file, 'utf8'))) {
      if (level === 'debug') continue;
      perCause.set(code, (perCause.get(code) ?? 0) + 1);
    }
    // The whole of it took less than two minutes, and each minute has ten.
    expect(Math.max(...perCause.values())).toBeLessThanOrEqual(20);
  }, 100_000);
});
