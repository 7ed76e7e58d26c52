import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, describe, expect, test } from '@jest/globals';

import { startCollector, type Collector } from '../../verification/collector.js';
import { readExpected } from '../../verification/expected.js';
import { toJson } from '../../verification/report.js';
import { runVerification, type VerificationOptions } from '../../verification/run.js';
import { toText } from '../../verification/text-report.js';
import { startFakeService, type FakeService, type FakeServiceOptions } from './fake-service.js';

const opened: { close(): Promise<void> }[] = [];

afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close();
});

async function verifyFake(
  service: Omit<FakeServiceOptions, 'collectorUrl'> = {},
  options: Partial<VerificationOptions> = {},
  listenUrl = 'tcp://127.0.0.1:0',
) {
  const collector: Collector = await startCollector(listenUrl);
  opened.push(collector);
  const fake: FakeService = await startFakeService({ collectorUrl: collector.url, ...service });
  opened.push(fake);
  const report = await runVerification({
    service: { host: '127.0.0.1', port: fake.port },
    collector,
    quietMs: 300,
    timeLimitMs: 600,
    ...options,
  });
  return { report, fake, collector };
}

async function expectedCount(feeds?: readonly string[]): Promise<number> {
  const expected = await readExpected();
  return [...expected.feeds]
    .filter(([feed]) => feeds === undefined || feeds.includes(feed))
    .reduce((sum, [, list]) => sum + list.length, 0);
}

describe('a service that does everything right', () => {
  test.each(['json', 'payload'] as const)('passes every row (format %s)', async (format) => {
    const { report, fake } = await verifyFake({}, { format });
    expect(report.shortcomings).toEqual([]);
    expect(report.passed).toBe(true);
    expect(report.rows).toHaveLength(await expectedCount());
    expect(report.rows.every((row) => row.passed && row.seen === row.expected)).toBe(true);
    expect(report.questions.map((answer) => answer.passed)).toEqual([true, true, true]);
    expect(report.unexpected).toEqual([]);
    expect(report.sent).toBe(fake.received.length);
    expect(report.stopped).toBe('complete');
    expect(fake.received.some((line) => line.startsWith('<01>- hostname {"'))).toBe(
      format === 'json',
    );
  });

  test('passes over UDP', async () => {
    const { report } = await verifyFake({}, {}, 'udp://127.0.0.1:0');
    expect(report.shortcomings).toEqual([]);
    expect(report.collector).toMatch(/^udp:\/\/127\.0\.0\.1:\d+$/);
  });

  test('passes when its messages arrive in pieces of seven bytes', async () => {
    const { report } = await verifyFake({ chunkBytes: 7 });
    expect(report.shortcomings).toEqual([]);
  });

  test('is judged by the feeds it has, by name or by what comes back', async () => {
    const feeds = ['Demo_IP_Reputation_Data_Feed', 'Demo_Botnet_CnC_URL_Data_Feed'];
    const auto = await verifyFake({ feeds });
    expect(auto.report.shortcomings).toEqual([]);
    expect(new Set(auto.report.judgedFeeds)).toEqual(new Set(feeds));
    expect(auto.report.rows).toHaveLength(await expectedCount(feeds));
    expect(auto.report.otherFeeds).toContain('Malicious_URL_Data_Feed');

    const named = await verifyFake({ feeds }, { feeds: ['demo_*.json'] });
    expect(named.report.judgedFeeds).toContain('Demo_Malicious_Hash_Data_Feed');
    expect(named.report.passed).toBe(false);
    const missed = named.report.rows.filter((row) => !row.passed).map((row) => row.feed);
    expect(new Set(missed)).toEqual(new Set(['Demo_Malicious_Hash_Data_Feed']));
  });

  test('is not disturbed by what an earlier run or other traffic brings', async () => {
    let isFirst = true;
    const { report } = await verifyFake({
      emit: ({ line }) => {
        const old = line.replace(/src=198\.\d+\.\d+\.\d+/, 'src=198.51.100.77');
        const lines = isFirst ? [old, old, line] : [line];
        isFirst = false;
        return lines;
      },
    });
    expect(report.shortcomings).toEqual([]);
    expect(report.received.foreignDetections).toBe(2);
  });

  test('passes with a message format that has neither src nor matchedIndicator', async () => {
    const { report } = await verifyFake(
      {
        emit: ({ line, indicator }) => [
          line
            .replace(/\tsrc=[^\t]*/, '')
            .replace(
              /\tmatchedIndicator=[^\t]*/,
              /^\d+\./.test(indicator) ? `\tip=${indicator}` : '',
            ),
        ],
      },
      {},
    );
    expect(report.shortcomings).toEqual([]);
  });
});

describe('a service that falls short', () => {
  test('a dropped detection misses exactly its row', async () => {
    const { report } = await verifyFake(
      { emit: ({ event, line }) => (event === 'KL_Mobile_BotnetCnc_URL' ? [] : [line]) },
      { feeds: ['*'] },
    );
    expect(report.passed).toBe(false);
    expect(report.rows.filter((row) => !row.passed)).toEqual([
      {
        feed: 'Mobile_Botnet_Data_Feed',
        table: 'guide',
        indicator: 'sdfed7233dsfg93acvbhl.su/steallallsms.php',
        expected: 'KL_Mobile_BotnetCnc_URL',
        seen: undefined,
        passed: false,
        note: 'no detection came back',
      },
    ]);
    expect(report.questions.every((answer) => answer.passed)).toBe(true);
    expect(report.stopped).toBe('quiet');
    expect(toText(report, { colors: false })).toMatch(
      /Mobile_Botnet_Data_Feed +sdfed\S+ +KL_Mobile_BotnetCnc_URL +- +MISS no detection came back/,
    );
  });

  test('one of two feeds silent: its row misses and says that they cannot be told apart', async () => {
    const { report } = await verifyFake(
      {
        emit: ({ feed, indicator, line }) =>
          feed === 'Demo_Botnet_CnC_URL_Data_Feed' && indicator === 'http://fakess123bn.nu'
            ? []
            : [line],
      },
      { feeds: ['*'] },
    );
    const missed = report.rows.filter((row) => !row.passed);
    expect(missed).toHaveLength(1);
    expect(missed[0]?.note).toBe(
      'seen 1 of 2 that Botnet_CnC_URL_Data_Feed and Demo_Botnet_CnC_URL_Data_Feed give; which is missing cannot be told',
    );
  });

  test('a wrong event id shows what came instead', async () => {
    const { report } = await verifyFake(
      {
        emit: ({ line }) => [line.replace('KL_Phishing_URL', 'KL_Spam_URL')],
        feeds: ['Phishing_URL_Data_Feed', 'APT_IP_Data_Feed'],
      },
      { feeds: ['Phishing*', 'APT_IP*'] },
    );
    expect(report.rows.map((row) => [row.seen, row.passed])).toEqual([
      ['KL_Spam_URL', false],
      ['KL_Spam_URL', false],
      ['KL_APT_IP', true],
    ]);
    expect(report.unexpected.map(({ kind }) => kind)).toEqual(['other', 'other']);
  });

  test('detections for clean values and doubled ones fail it; other feeds do not', async () => {
    const { report } = await verifyFake({
      emit: ({ event, line }) => {
        switch (event) {
          case 'KL_APT_IP':
            return [line, line.replace(/matchedIndicator=\S+/, 'matchedIndicator=198.51.100.200')];
          case 'KL_IoT_URL':
            return [line, line];
          case 'KL_ICS_Hash_MD5':
            return [line, line.replace('KL_ICS_Hash_MD5', 'KL_MyFeed_Hash_MD5')];
          default:
            return [line];
        }
      },
    });
    expect(report.rows.every((row) => row.passed)).toBe(true);
    expect(report.unexpected.map(({ kind, event, count }) => [kind, event, count])).toEqual([
      ['clean', 'KL_APT_IP', 1],
      ['duplicate', 'KL_IoT_URL', 1],
      ['other', 'KL_MyFeed_Hash_MD5', 1],
    ]);
    expect(report.shortcomings).toEqual([
      '198.51.100.200 must give nothing and gave KL_APT_IP',
      'KL_IoT_URL for http://e593461621ee0f9134c632d00bf108fd.com/.i came once too often',
    ]);
    const text = toText(report, { colors: false });
    expect(text).toContain('also seen: KL_MyFeed_Hash_MD5');
    expect(text).toContain('FAILED');
  });

  test('no message at all: time limit, second question fails, nothing judged', async () => {
    const { report } = await verifyFake({ emit: () => [] });
    expect(report.stopped).toBe('time-limit');
    expect(report.rows).toEqual([]);
    expect(report.questions.map((answer) => answer.passed)).toEqual([true, false, false]);
    expect(report.questions[1]?.reasons).toEqual([
      'the service connected to the collector and sent nothing',
    ]);
    expect(report.passed).toBe(false);
  });

  test('a connection that the service closes fails the first question', async () => {
    const { report } = await verifyFake({ closeAfter: 3 });
    expect(report.questions[0]?.passed).toBe(false);
    expect(report.questions[0]?.reasons.join('; ')).toContain('was lost');
    expect(report.passed).toBe(false);
  });
});

test('a service that stops reading is given up after the time limit, or at once when stopped', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'verification-'));
  const sockets = new Set<Socket>();
  const server = createServer({ pauseOnConnect: true }, (socket) => sockets.add(socket));
  try {
    const line = 'Jul 10 10:10:14 h LEEF:1.0|V|P|1|E|dst=192.0.2.3\tsrc=192.0.2.50\n';
    writeFileSync(join(folder, 'many.txt'), line.repeat(12_000));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const collector = await startCollector('tcp://127.0.0.1:0');
    opened.push(collector);
    const options = {
      service: { host: '127.0.0.1', port: (server.address() as AddressInfo).port },
      collector,
      eventPatterns: ['*.txt'],
      cwd: folder,
      timeLimitMs: 500,
    };
    const report = await runVerification(options);
    expect(report.events).toBe(12_000);
    expect(report.sent).toBeLessThan(12_000);
    expect(report.questions[0]?.reasons).toEqual([
      `only ${report.sent} of 12000 events could be sent`,
    ]);
    const stopped = await runVerification({
      ...options,
      timeLimitMs: 60_000,
      signal: AbortSignal.timeout(700),
    });
    expect(stopped.stopped).toBe('stopped');
  } finally {
    for (const socket of sockets) socket.destroy();
    server.close();
    rmSync(folder, { recursive: true });
  }
});

describe('messages that JSA would not parse fail the third question', () => {
  const cases: readonly (readonly [string, (line: string) => string, string | RegExp])[] = [
    [
      'blanks for TABs',
      (line) => line.replaceAll('\t', ' '),
      'the attributes are separated by blanks, not by TAB',
    ],
    [
      'letter case of the identifier',
      (line) => line.replace('_V2 LEEF', '_v2 LEEF'),
      'the log source identifier is "KL_Threat_Feed_Service_v2", expected "KL_Threat_Feed_Service_V2": letter case differs',
    ],
    [
      'no identifier',
      (line) => line.replace('KL_Threat_Feed_Service_V2 ', ''),
      /^the log source identifier is "LEEF:1\.0\|Kaspersky", expected/,
    ],
    ['no syslog header', (line) => line.slice(line.indexOf('LEEF:')), /^no syslog header/],
    [
      'another event id',
      (line) => line.replace('|KL_', '|Malicious '),
      /is no event id of the service$/,
    ],
    ['cut in the header', (line) => line.slice(0, line.indexOf('|2.0|')), /^no complete header/],
    [
      'the product of the first generation',
      (line) => line.replace('Threat Feed Service|2.0', 'SIEM Service|1.0'),
      /^the LEEF header is "LEEF:1\.0\|Kaspersky Lab\|SIEM Service\|1\.0"/,
    ],
  ];

  test.each(cases)('%s', async (_name, change, reason) => {
    const { report } = await verifyFake({
      feeds: ['APT_IP_Data_Feed'],
      emit: ({ line }) => [change(line)],
    });
    const [, , parsed] = report.questions;
    expect(parsed?.passed).toBe(false);
    const { lines, malformed, ...sorted } = report.received;
    expect([lines, malformed]).toEqual([1, 1]);
    expect(Object.values(sorted).reduce((sum, count) => sum + count)).toBe(lines);
    expect(parsed?.reasons).toEqual(
      expect.arrayContaining([typeof reason === 'string' ? reason : expect.stringMatching(reason)]),
    );
    expect(report.malformed).toHaveLength(1);
    expect(report.passed).toBe(false);
    const text = toText(report, { colors: false });
    expect(text).toContain('not parsed: ');
    expect(text).not.toMatch(/[\t\u001b]/);
  });

  test('the identifier is the caller’s choice', async () => {
    const { report } = await verifyFake(
      { identifier: 'KL_Threat_Feed_Service_v2' },
      { identifier: 'KL_Threat_Feed_Service_v2' },
    );
    expect(report.shortcomings).toEqual([]);
  });
});

describe('a run that cannot start', () => {
  test('a refused connection is an error that says what to do', async () => {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    const collector = await startCollector('tcp://127.0.0.1:0');
    opened.push(collector);
    await expect(
      runVerification({ service: { host: '127.0.0.1', port }, collector }),
    ).rejects.toMatchObject({
      name: 'VerificationError',
      code: 'TF_PEER_UNAVAILABLE',
      where: `127.0.0.1:${port}`,
      hint: expect.stringContaining('Start the service'),
    });
  });

  test('event files that do not exist', async () => {
    await expect(
      verifyFake({}, { eventPatterns: ['test/verification/none/*.txt'] }),
    ).rejects.toMatchObject({ code: 'TF_USAGE', where: '--events' });
  });
});

test('an aborted run ends at once and does not pass', async () => {
  const abort = new AbortController();
  setTimeout(() => {
    abort.abort();
  }, 50);
  const { report } = await verifyFake(
    { emit: () => [] },
    { timeLimitMs: 60_000, signal: abort.signal },
  );
  expect(report.stopped).toBe('stopped');
  expect(report.shortcomings).toContain('the run was stopped before its end');
});

test('the JSON report is plain data of a stable shape', async () => {
  const { report } = await verifyFake({ feeds: ['APT_IP_Data_Feed'] });
  const json = toJson(report);
  expect(JSON.parse(JSON.stringify(json))).toEqual(json);
  expect(json).toMatchObject({
    version: 1,
    passed: true,
    shortcomings: [],
    counts: { rows: 1, passedRows: 1, failedRows: 0, detections: 1, malformed: 0 },
    rows: [
      {
        feed: 'APT_IP_Data_Feed',
        table: 'extended',
        indicator: '192.0.2.4',
        expected: 'KL_APT_IP',
        seen: 'KL_APT_IP',
        result: 'pass',
        note: null,
      },
    ],
  });
  expect(json.questions.map(({ id }) => id)).toEqual([
    'events-reach-service',
    'messages-reach-jsa',
    'messages-parse',
  ]);
});

test('the text report has a line for every row and tells both tables apart', async () => {
  const { report } = await verifyFake();
  const text = toText(report, { colors: false });
  expect(text.match(/ yes +pass$/gm)).toHaveLength(report.rows.length);
  expect(text).toMatch(
    /PASSED: 37 of 37 expected detections seen \(guide 2\d of 2\d, extended 1\d of 1\d\)/,
  );
  expect(text).toMatch(/275A021BBFB6489E54D47189…C4538AABF651FD0F /);
  expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(140);
});

test('colours only mark what words say already', async () => {
  const { report } = await verifyFake({ feeds: ['APT_IP_Data_Feed'] });
  const plain = toText(report, { colors: false });
  const coloured = toText(report, { colors: true });
  expect(plain).not.toContain('\u001b');
  expect(coloured).toContain('\u001b[32m');
  const bare = (text: string): string => text.replace(/\u001b\[\d+m/g, '');
  expect(bare(coloured)).toBe(plain);
});
