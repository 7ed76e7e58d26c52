import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterAll, beforeAll, expect, test } from '@jest/globals';

import { readStatistics } from '../../forwarder/service/statistics/index.js';
import { CybertraceClient } from '../support/cybertrace-client.js';
import { projectDirectory, runCli, startService } from '../support/service-process.js';
import type { ServiceProcess } from '../support/service-process.js';
import { describeWithTool } from '../support/tools.js';

const programs = join(projectDirectory, 'test/support/python');
const ended = (child: ChildProcess): Promise<unknown> =>
  child.exitCode === null && child.signalCode === null ? once(child, 'close') : Promise.resolve();

/** A Python program that is running, and what it has printed. */
function startPython(name: string, ...args: readonly string[]) {
  const child = spawn('python3', [join(programs, name), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  return { child, lines: () => output.split('\n').slice(0, -1), errors: () => errors };
}

describeWithTool('python3', 'programs in Python, made by the documentation of CyberTrace', () => {
  let folder: string;
  let service: ServiceProcess;
  let listener: ReturnType<typeof startPython>;

  /** Waits until the listener has printed so many events; gives them. */
  const received = async (count: number): Promise<readonly string[]> => {
    await service.until(() => listener.lines().length > count, `event ${count} at the listener`);
    return listener.lines().slice(1);
  };

  /** Sends events by the client; gives the reply to each. */
  const replies = async (
    events: readonly string[],
    ...options: readonly string[]
  ): Promise<readonly string[]> => {
    const path = join(folder, 'events.txt');
    await writeFile(path, events.map((event) => `${event}\n`).join(''));
    const port = String(service.cybertracePort);
    const client = startPython('reply_client.py', '127.0.0.1', port, path, ...options);
    await ended(client.child);
    expect(client.errors()).toBe('');
    expect(client.child.exitCode).toBe(0);
    return client.lines().map((line) => JSON.parse(line) as string);
  };

  /** Reads the statistics until a category is in them; gives the totals. */
  const countsWith = async (category: string): Promise<{ events: number; detections: number }> => {
    const directory = join(folder, 'var/state/statistics');
    const all = { fromMs: 0, toMs: Infinity };
    const problem = (path: string, what: string): void => {
      throw new Error(`${path}: ${what}`);
    };
    const deadline = Date.now() + 30_000;
    for (;;) {
      const counts = { events: 0, detections: 0 };
      let isThere = false;
      for await (const { events, detections } of readStatistics(directory, all, problem)) {
        counts.events += events;
        for (const { count } of detections) counts.detections += count;
        isThere ||= detections.some((one) => one.category === category);
      }
      if (isThere) return counts;
      if (Date.now() > deadline) throw new Error(`no ${category} in the statistics`);
      await sleep(20);
    }
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tf-python-'));
    listener = startPython('event_listener.py');
    while (listener.lines().length === 0) {
      if (listener.child.exitCode !== null) throw new Error(listener.errors());
      await sleep(10);
    }
    const collector = `tcp://127.0.0.1:${listener.lines()[0]}`;
    await writeFile(
      join(folder, 'forwarder.yaml'),
      `feeds: [{ path: "package:verification/feeds/*.json" }]
delivery: { collectors: [{ url: "${collector}", dialect: cybertrace-4, assured: false }] }
statistics: { flushSeconds: 1 }
`,
    );
    service = await startService([], { cwd: folder });
  }, 60_000);
  afterAll(async () => {
    listener.child.kill();
    await ended(listener.child);
    await service.stop();
    await rm(folder, { recursive: true });
  }, 60_000);

  test('the client gets the documented reply in one read for each event', async () => {
    const ip =
      '- category=KL_IP_Reputation matchedIndicator=192.0.2.1 url=- src=- ip=192.0.2.1 md5=- sha1=- sha256=- usrName=- confidence=100 category=test first_seen=01.01.2017 00:00 ip=192.0.2.1 ip_geo=ru last_seen=16.07.2020 10:02 popularity=1 threat_score=75\n';
    const hash = '776735A8CA96DB15B422879DA599F474';
    const answers = await replies([
      '192.0.2.1',
      'nothing to be found here',
      `192.0.2.1 ${hash}`,
      'url=http://fakess123r.nu usrName=TestUser',
    ]);
    expect(answers[0]).toBe(`${ip}LookupFinished\n`);
    expect(answers[1]).toBe('LookupFinished\n');
    expect(answers[2]?.split('\n').map((line) => line.split(' ').slice(0, 3))).toEqual([
      ['-', 'category=KL_IP_Reputation', 'matchedIndicator=192.0.2.1'],
      ['-', 'category=KL_Malicious_Hash_MD5', `matchedIndicator=${hash}`],
      ['LookupFinished'],
      [''],
    ]);
    expect(answers[3]).toMatch(
      /^- category=KL_Ransomware_URL matchedIndicator=http:\/\/fakess123r\.nu url=http:\/\/fakess123r\.nu src=- ip=- md5=- sha1=- sha256=- usrName=TestUser confidence=100 .*\nLookupFinished\n$/,
    );
    expect(answers).toHaveLength(4);
  }, 60_000);

  test('the listener gets the alerts, and the detections of events that want no reply', async () => {
    expect((await received(1))[0]).toMatch(
      /^\w{3} [ \d]\d [\d:]{8} alert=KL_ALERT_ServiceStarted$/,
    );
    await replies(['192.0.2.4 asked for by one that wants the reply']);
    const client = await CybertraceClient.open(service.cybertracePort);
    client.send(
      'url=http://fakess123r.nu usrName=one\nnothing\nurl=http://fakess123r.nu usrName=two\n',
    );
    expect(await client.end()).toBe('');
    const events = (await received(3)).slice(1);
    expect(events.map((event) => /category=(\S+) .*usrName=(\S+) /.exec(event)?.slice(1))).toEqual([
      ['KL_Ransomware_URL', 'one'],
      ['KL_Ransomware_URL', 'two'],
    ]);
  }, 60_000);

  test('the statistics hold what the client has asked them to, and nothing else of its sessions', async () => {
    // What was counted before is written when this is.
    await replies(['FEAF2058298C1E174C2B79AFFC7CF4DF'], '--save-statistic');
    const before = await countsWith('KL_Malicious_Hash_MD5');
    await replies(['192.0.2.4', '192.0.2.4']);
    await replies(['192.0.2.4', 'nothing', 'http://fakess123r.nu'], '--save-statistic');
    const wanted = { events: before.events + 3, detections: before.detections + 2 };
    expect(await countsWith('KL_APT_IP')).toEqual(wanted);
    const options = ['stats', '--from', '2d', '--by', 'feed', '--json'];
    const { stdout } = await runCli(options, { cwd: folder });
    expect(JSON.parse(stdout)).toMatchObject({
      ...wanted,
      rows: expect.arrayContaining([{ feed: 'APT_IP_Data_Feed', detections: 1 }]) as unknown,
    });
  }, 60_000);

  test('a service that is killed leaves its statistics to the next one', async () => {
    await replies(['FFAD85C453F0F29404491D8DAF0C646E'], '--save-statistic');
    const before = await countsWith('KL_PSMS_Hash_MD5');
    service.signal('SIGKILL');
    await service.stop();
    service = await startService([], { cwd: folder });
    await replies(['192.0.2.4', 'http://fakess123ap.nu'], '--save-statistic');
    expect(await countsWith('KL_Phishing_URL')).toEqual({
      events: before.events + 2,
      detections: before.detections + 2,
    });
    expect(service.stderr()).not.toContain('statistics.');
  }, 60_000);
});
