import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import {
  CybertraceClient,
  finishedAndReply,
  lookUpOnce,
  withStatistics,
} from '../support/cybertrace-client.js';
import { runCli, startService } from '../support/service-process.js';
import type { ServiceProcess } from '../support/service-process.js';

let folder: string;
let service: ServiceProcess;
let kumaPort: number;

const enricher = `export default (options) => ({
  enrich({ values, request }) {
    if (values.RE_IP === '198.51.100.66') while (true);
    return request.map(({ text }) => ({ matched: text, fields: { said: options.say + text } }));
  },
});
`;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tf-cybertrace-'));
  await writeFile(join(folder, 'users.csv'), 'login;team\nalice;blue\nAlice;red\n');
  await writeFile(join(folder, 'say.mjs'), enricher);
  await writeFile(
    join(folder, 'forwarder.yaml'),
    `feeds: [{ path: "package:verification/feeds/*.json" }]
intake:
  moreCybertrace: [{ listen: "127.0.0.1:0", dialect: kuma, maxSessions: 200 }]
enrichment:
  dictionaries: [{ path: users.csv, key: login, category: Users }]
  enrichers: [{ module: say.mjs, name: Say, timeoutMs: 1000, options: { say: "seen " } }]
`,
  );
  service = await startService([], { cwd: folder });
  kumaPort = Number(/cybertrace-2 listens on 127\.0\.0\.1:(\d+)/.exec(service.stderr())?.[1]);
}, 60_000);
afterAll(async () => {
  await service.stop();
  await rm(folder, { recursive: true });
}, 60_000);

const openHere = () => CybertraceClient.open(service.cybertracePort);

describe('a session that is replied to', () => {
  test('one reply per event: the detections, then LookupFinished; clean events the latter alone', async () => {
    const client = await openHere();
    client.send(`${finishedAndReply}192.0.2.3 and http://fakess123r.nu seen\nnothing here\n`);
    const lines = (await client.until('LookupFinished\n', 2)).split('\n');
    client.destroy();
    const [ip, demo, url, finished, last, end] = lines;
    expect(lines).toHaveLength(6);
    for (const line of [ip, demo]) {
      expect(line).toMatch(
        /^- category=KL_IP_Reputation matchedIndicator=192\.0\.2\.3 url=http:\/\/fakess123r\.nu src=- ip=192\.0\.2\.3 md5=- sha1=- sha256=- usrName=- confidence=100 /,
      );
    }
    expect(url).toMatch(/^- category=KL_Ransomware_URL matchedIndicator=http:\/\/fakess123r\.nu /);
    expect([finished, last, end]).toEqual(['LookupFinished', 'LookupFinished', '']);
  });

  test('200 events in one write give 200 replies, in order', async () => {
    const client = await openHere();
    const events = Array.from({ length: 200 }, (_, index) =>
      index % 2 === 0 ? `event ${index} of 192.0.2.4\n` : `event ${index}\n`,
    );
    client.send(finishedAndReply + events.join(''));
    const reply = await client.until('LookupFinished\n', 200);
    client.destroy();
    const perEvent = reply.split('LookupFinished\n').slice(0, 200);
    expect(perEvent.map((text) => text.split('\n').length - 1)).toEqual(
      events.map((_, index) => (index % 2 === 0 ? 1 : 0)),
    );
  });

  test('nothing of it goes to the collectors; without ReplyBack everything does', async () => {
    const client = await openHere();
    client.send('X-KF-SendFinishedEventurl=http://fakess123r.nu usrName=outbound\n');
    await service.until(() => service.stdout().includes('LookupFinished'), 'finished event');
    expect(service.stdout()).toContain('usrName=outbound');
    expect(service.stdout()).not.toContain('192.0.2.4');
    expect(await client.end()).toBe('');
  });

  test('an event over the limit of a line is answered by its end, in its place', async () => {
    const client = await openHere();
    client.send(`${finishedAndReply}a 192.0.2.4\n${'x'.repeat(1_100_000)}\nb 192.0.2.4\n`);
    const reply = await client.until('LookupFinished\n', 3);
    client.destroy();
    const counts = reply
      .split('LookupFinished\n')
      .map((text) => text.split('KL_APT_IP').length - 1);
    expect(counts).toEqual([1, 0, 1, 0]);
  });

  test('PING is answered and the connection ended', async () => {
    const client = await openHere();
    client.send('X-KF-ReplyBackPING');
    expect(await client.closed()).toBe('PONG');
  });

  test('an event without a line end counts when the client has finished', async () => {
    const client = await openHere();
    client.send(`${finishedAndReply}\r\nip=192.0.2.4`);
    const reply = await client.end();
    expect(reply).toMatch(/category=KL_APT_IP [^]*\nLookupFinished\n$/);
  });
});

describe('requests of KUMA', () => {
  test('every hit of every kind, the context as Tracer prints it', async () => {
    const reply = await lookUpOnce(
      kumaPort,
      'KUMA|url=http://fakess123r.nu|hash=7a2e65a0f70ee0615ec0ca34240cf082|ip=192.0.2.4',
    );
    const lines = reply.split('\n').filter((line) => !line.includes('=Say|'));
    expect(lines.at(-2)).toBe('LookupFinished');
    expect(lines.slice(0, -2).map((line) => line.split('|').slice(0, 2).join('|'))).toEqual([
      'Category=KL_Ransomware_URL|MatchedIndicator=http://fakess123r.nu',
      'Category=KL_APT_Hash_MD5|MatchedIndicator=7a2e65a0f70ee0615ec0ca34240cf082',
      'Category=KL_APT_IP|MatchedIndicator=192.0.2.4',
    ]);
    for (const line of lines.slice(0, -2))
      expect(line).toMatch(/^Category=[^|]+(\|[^|=]+=[^|]*)+$/);
  });

  test('what ends Tracer leaves the service answering: RST, no UTF-8, no keys, letter case, split values', async () => {
    const reset = await CybertraceClient.open(kumaPort);
    reset.send(`${finishedAndReply}a|ip=192.0.2.4`);
    reset.reset();
    const garbage = await CybertraceClient.open(kumaPort);
    garbage.send(Buffer.from([...Buffer.from(finishedAndReply), 0xff, 0xfe, 0xc0, 0x80, 0x0a]));
    expect(await garbage.until('\n')).toBe('LookupFinished\n');
    garbage.send('no keys at all\n');
    expect(await garbage.until('\n')).toBe('LookupFinished\n');
    garbage.send('x|ip=192.');
    await new Promise((resolve) => setImmediate(resolve));
    garbage.send('0.2.4|\n');
    expect(await garbage.until('LookupFinished\n')).toContain('|MatchedIndicator=192.0.2.4|');
    garbage.destroy();
    for (const hash of ['7A2E65A0F70EE0615EC0CA34240CF082', '7a2e65a0f70ee0615ec0ca34240cf082']) {
      expect(await lookUpOnce(kumaPort, `x|hash=${hash}`)).toContain('Category=KL_APT_Hash_MD5|');
    }
  });

  test('a dictionary compares values as they are, whatever key carries them', async () => {
    expect(await lookUpOnce(kumaPort, 'x|hash=alice|')).toContain(
      'Category=Users|MatchedIndicator=alice|login=alice|team=blue\n',
    );
    expect(await lookUpOnce(kumaPort, 'x|url=Alice|')).toContain('|login=Alice|team=red\n');
    expect(await lookUpOnce(kumaPort, 'x|url=ALICE|')).not.toContain('Users');
  });

  test('an enricher answers; one that hangs costs its own answer only, and comes back', async () => {
    expect(await enriched('x|url=a.example|')).toBe(
      'Category=Say|MatchedIndicator=a.example|said=seen a.example\nLookupFinished\n',
    );
    const hung = await lookUpOnce(kumaPort, 'x|ip=198.51.100.66|hash=alice');
    expect(hung).toMatch(/^Category=Users\|.*\nLookupFinished\n$/);
    await service.until(() => service.stderr().includes('enrich'), 'word of it in the log');
    // Its thread is started again after a while.
    expect(await enriched('x|url=b.example|')).toContain('said=seen b.example');
  }, 90_000);

  /** Asks until the enricher answers within its time limit: a busy machine may keep it from that. */
  async function enriched(event: string): Promise<string> {
    const deadline = performance.now() + 30_000;
    for (;;) {
      const reply = await lookUpOnce(kumaPort, event);
      if (reply.includes('=Say|') || performance.now() > deadline) return reply;
      await sleep(20);
    }
  }
});

describe('what is counted', () => {
  test('with X-KF-SaveStatistic over restarts; without it a lookup leaves no trace', async () => {
    const silent = await lookUpOnce(service.cybertracePort, 'http://fakess123r.nu');
    expect(silent).toContain('KL_Ransomware_URL');
    const client = await openHere();
    client.send(`${withStatistics}7A2E65A0F70EE0615EC0CA34240CF082\n192.0.2.4\n`);
    await client.until('LookupFinished\n', 2);
    client.destroy();
    const page = await (await fetch(`http://127.0.0.1:${service.httpPort}/metrics`)).text();
    const sums = (pattern: RegExp): number =>
      [...page.matchAll(pattern)].reduce((sum, [, value]) => sum + Number(value), 0);
    expect(sums(/^tf_events_received_total(?:\{[^}]*\})? (\d+)$/gm)).toBe(
      sums(/^tf_events_total\{[^}]*\} (\d+)$/gm) +
        sums(/^tf_events_rejected_total\{[^}]*\} (\d+)$/gm),
    );
    expect(await service.stop()).toBe(0);
    service = await startService([], { cwd: folder });
    const { stdout, exitCode } = await runCli(['stats', '--json', '--from', '2d'], { cwd: folder });
    expect(exitCode).toBe(0);
    const { events, rows } = JSON.parse(stdout) as {
      events: number;
      rows: readonly { category: string; detections: number }[];
    };
    // One of the session without ReplyBack, which counts as events of JSA do, and these two.
    expect(events).toBe(3);
    expect(Object.fromEntries(rows.map((row) => [row.category, row.detections]))).toEqual({
      KL_Ransomware_URL: 1,
      KL_APT_Hash_MD5: 1,
      KL_APT_IP: 1,
    });
  }, 60_000);
});
