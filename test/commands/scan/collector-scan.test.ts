import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Server } from 'node:net';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { startCollector } from '../../../verification/index.js';
import type { Collector } from '../../../verification/index.js';
import { createAuthority, whyNoCertificates } from '../../support/certificates.js';
import { projectDirectory } from '../../support/service-process.js';
import { scanFolder } from './scan-in-process.js';
import type { ScanFolder } from './scan-in-process.js';

let folder: ScanFolder;
let collector: Collector | undefined;

beforeEach(async () => {
  folder = await scanFolder();
});
afterEach(async () => {
  await collector?.close();
  collector = undefined;
  await folder.remove();
});

async function received(count: number): Promise<readonly string[]> {
  const lines: string[] = [];
  const deadline = performance.now() + 15_000;
  while (lines.length < count && performance.now() < deadline) {
    await collector?.waitForLine(1000);
    lines.push(...(collector?.take() ?? []));
  }
  return lines;
}

const header = /^<134>[A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} KL_Verification_Tool /;

describe('an event collector', () => {
  test.each(['tcp', 'udp'])('over %s: every line as it is, in order', async (scheme) => {
    collector = await startCollector(`${scheme}://127.0.0.1:0`);
    const lines = Array.from({ length: 150 }, (_, number) => `event ${number} é`);
    const file = await folder.write('events.log', lines.join('\r\n'));
    expect(await folder.scan({ collector: collector.url }, [file])).toBe(0);
    expect(await received(150)).toEqual(lines);
    expect(await folder.files()).toEqual(['events.log']);
  });

  test('the verification events go with their own headers, without comments', async () => {
    collector = await startCollector('tcp://127.0.0.1:0');
    const file = join(projectDirectory, 'verification/kl_verification_test.txt');
    const given = { collector: collector.url, skipComments: true, header: true };
    expect(await folder.scan(given, [file])).toBe(0);
    const events = (await readFile(file, 'utf8')).split('\n').filter((line) => /^[^#]/.test(line));
    expect(events.length).toBeGreaterThan(20);
    expect(await received(events.length)).toEqual(events);
  });

  test('--header goes before lines without a header only', async () => {
    collector = await startCollector('tcp://127.0.0.1:0');
    const own = [
      '<13>Jul 10 10:10:14 host text',
      'Jul  1 10:10:14 host text',
      '<165>1 2026-07-01T10:10:14Z host app - - - text',
    ];
    const file = await folder.write('events.log', [...own, 'url=http://a.example'].join('\n'));
    await folder.scan({ collector: collector.url, header: true }, [file]);
    const lines = await received(4);
    expect(lines.slice(0, 3)).toEqual(own);
    expect(lines[3]).toMatch(header);
    expect(lines[3]?.replace(header, '')).toBe('url=http://a.example');
    await folder.scan({ collector: collector.url, header: 'scanner.example' }, [file]);
    expect((await received(4))[3]).toContain(' scanner.example url=');
  });

  const testTls = whyNoCertificates() === undefined ? test : test.skip;
  testTls('over TLS only to a collector whose certificate is trusted', async () => {
    const authority = createAuthority('Scan Test');
    try {
      const { cert, key } = authority.issue({ name: 'collector', names: 'IP:127.0.0.1' });
      const tls = { cert: cert.toString(), key: key.toString() };
      collector = await startCollector('tls://127.0.0.1:0', { tls });
      const file = await folder.write('events.log', 'one\ntwo\n');
      const given = { collector: collector.url };
      const unavailable = { code: 'TF_PEER_UNAVAILABLE' };
      await expect(folder.scan(given, [file])).rejects.toMatchObject(unavailable);
      expect(await folder.scan({ ...given, ca: authority.certFile }, [file])).toBe(0);
      expect(await received(2)).toEqual(['one', 'two']);
    } finally {
      authority.remove();
    }
  });

  test('over a UNIX socket; one that hangs up is an error', async () => {
    const path = join(folder.path, 'collector.sock');
    let text = '';
    let hangsUp = false;
    const server: Server = createServer((socket) => {
      socket.on('error', () => undefined);
      if (hangsUp) socket.destroy();
      socket.setEncoding('utf8').on('data', (piece: string) => (text += piece));
    });
    server.listen(path);
    await once(server, 'listening');
    try {
      const file = await folder.write('events.log', 'one\ntwo\n');
      const given = { collector: `unix://${path}` };
      expect(await folder.scan(given, [file])).toBe(0);
      expect(text).toBe('one\ntwo\n');
      hangsUp = true;
      const large = await folder.write('large.log', `${'x'.repeat(1000)}\n`.repeat(20_000));
      await expect(folder.scan(given, [large])).rejects.toMatchObject({
        code: 'TF_PEER_UNAVAILABLE',
      });
    } finally {
      server.close();
      await once(server, 'close');
    }
  });
});
