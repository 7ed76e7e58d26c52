import { once } from 'node:events';
import { copyFile, cp, mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, describe, expect, test } from '@jest/globals';

import { readLeef } from '../support/leef.js';
import {
  projectDirectory,
  runCli,
  spawnService,
  startService,
} from '../support/service-process.js';
import type { ServiceProcess } from '../support/service-process.js';

let service: ServiceProcess | undefined;
const directories: string[] = [];
afterEach(async () => {
  await service?.stop();
  service = undefined;
  for (const directory of directories.splice(0)) await rm(directory, { recursive: true });
});

async function send(text: string | Buffer): Promise<void> {
  const socket = connect(service!.jsaPort, '127.0.0.1');
  await once(socket, 'connect');
  socket.end(text);
  socket.resume();
  await once(socket, 'close');
}

function events() {
  return service!.stdout().split('\n').slice(0, -1).map(readLeef);
}

function detections() {
  return events().filter(({ eventId }) => !eventId.startsWith('KL_ALERT_'));
}

async function metric(name: string): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${service!.httpPort}/metrics`)).text();
  const line = text.split('\n').find((candidate) => candidate.startsWith(`${name} `));
  return line === undefined ? 0 : Number(line.slice(name.length + 1));
}

/** A folder with a configuration and one feed of its own. */
async function ownSetUp(records: readonly object[], extra = ''): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'tf-service-'));
  directories.push(directory);
  await writeFile(join(directory, 'Malicious_URL_Data_Feed.json'), JSON.stringify(records));
  await writeFile(
    join(directory, 'forwarder.yaml'),
    `feeds: [{ path: Malicious_URL_Data_Feed.json }]\n${extra}`,
  );
  return directory;
}

describe('the service on its built-in default', () => {
  test('an event pasted as the README says becomes a LEEF line on standard output', async () => {
    service = await startService([]);
    await send('url=http://fakess123.nu\tusrName=alice\n');
    await service.until(() => detections().length > 0, 'detection');
    expect(detections()[0]).toMatchObject({
      host: 'KL_Threat_Feed_Service_V2',
      eventId: 'KL_Malicious_URL',
      attributes: {
        url: 'http://fakess123.nu',
        matchedIndicator: 'http://fakess123.nu',
        usrName: 'alice',
        confidence: '100',
        md5: '-',
      },
    });
    expect(service.stderr()).toContain('/dev/tcp/127.0.0.1/');
  });

  test('is ready when feeds are loaded, and says what it counts', async () => {
    service = await startService([]);
    const base = `http://127.0.0.1:${service.httpPort}`;
    expect((await fetch(`${base}/livez`)).status).toBe(200);
    expect((await fetch(`${base}/readyz`)).status).toBe(200);
    expect(await metric('tf_index_indicators')).toBeGreaterThan(30);
  });

  test.each(['SIGTERM', 'SIGINT'] as const)('%s stops it, after the last event', async (signal) => {
    service = await startService([]);
    await send('url=http://fakess123.nu\n');
    service.signal(signal);
    expect(await service.stop()).toBe(0);
    expect(events().map(({ eventId }) => eventId)).toEqual([
      'KL_ALERT_ServiceStarted',
      'KL_Malicious_URL',
      'KL_ALERT_ServiceStopped',
    ]);
  });

  test('every event ends at one exit, and the sum is exact', async () => {
    service = await startService([]);
    const own = JSON.stringify({
      logSourceIdentifier: 'kl_threat_feed_service_v2',
      payload: 'url=http://fakess123.nu',
      eventCnt: '1',
    });
    await send(
      [
        'url=http://fakess123.nu', // matched
        'nothing here', // clean
        '', // no event
        own, // looped
        `${own}${own}`, // looped twice: glued objects
        JSON.stringify({ payload: 'quiet', eventCnt: '5', logSource: 'x' }), // clean, 4 payloads lost
        'x'.repeat(2_000_000), // rejected
        'unfinished last line with 192.0.2.3', // matched at FIN
      ].join('\n'),
    );
    await service.until(() => detections().length >= 2, 'detections');
    expect(await metric('tf_events_received_total')).toBe(8);
    expect(await metric('tf_events_total{outcome="matched"}')).toBe(2);
    expect(await metric('tf_events_total{outcome="clean"}')).toBe(2);
    expect(await metric('tf_events_total{outcome="looped"}')).toBe(3);
    expect(await metric('tf_events_rejected_total{reason="line_too_long"}')).toBe(1);
    expect(await metric('tf_payloads_lost_total')).toBe(4);
  });

  test('hostile bytes neither stop it nor forge a line', async () => {
    service = await startService([]);
    await send(Buffer.from([0xff, 0xfe, 0x00, 0x0a, 0x7b, 0x22, 0x0a, 0xc3, 0x28, 0x0a]));
    await send(`${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}\n`);
    await send(
      '{"__proto__":{"polluted":"yes"},"constructor":"x","payload":"p","eventCnt":"1e999"}\n',
    );
    await send(
      `${JSON.stringify({ payload: 'url=http://fakess123.nu/', usrName: 'a\tsev=10\nLEEF:1.0|x|y|z|KL_Forged|' })}\n`,
    );
    await service.until(() => detections().length > 0, 'detection');
    const all = events();
    expect(all.filter(({ eventId }) => eventId === 'KL_Forged')).toEqual([]);
    expect(detections()).toHaveLength(1);
    expect(detections()[0]!.attributes['sev']).not.toBe('10');
  });
});

describe('a feed that is a plain list', () => {
  test('is recognised, checked, and detected by', async () => {
    const directory = await ownSetUp([]);
    await writeFile(
      join(directory, 'list.txt'),
      '# list\r\nhxxp://evil[.]example/x.php\r\n11.22.33.0/24 ; why\nbad.example\nnot one\n',
    );
    await writeFile(join(directory, 'forwarder.yaml'), 'feeds: [{ path: list.txt }]\n');
    const checked = await runCli(['check', '--no-collectors'], { cwd: directory });
    expect(checked.exitCode).toBe(0);
    expect(checked.stdout).toContain('3 records, 1 left out (record 5: ');
    service = await startService([], { cwd: directory });
    await send('a http://evil.example/x.php b sub.bad.example c 11.22.33.7 d good.example\n');
    await service.until(() => detections().length >= 3, 'detections');
    expect(
      detections().map(({ eventId, attributes }) => [eventId, attributes['matchedIndicator']]),
    ).toEqual([
      ['KL_list_URL', 'http://evil.example/x.php'],
      ['KL_list_URL', 'sub.bad.example'],
      ['KL_list_IP', '11.22.33.7'],
    ]);
    expect(detections()[0]?.attributes['confidence']).toBe('50');
  });
});

describe('reload by SIGHUP', () => {
  test('a new record is detected after it, and the feed is reported once', async () => {
    const directory = await ownSetUp([{ mask: 'first.example' }]);
    service = await startService([], { cwd: directory });
    await send('http://second.example/\n');
    await writeFile(
      join(directory, 'Malicious_URL_Data_Feed.json'),
      JSON.stringify([{ mask: 'first.example' }, { mask: 'second.example' }]),
    );
    service.signal('SIGHUP');
    await service.until(() => service!.stderr().includes('service.reloaded'), 'reload');
    await send('http://second.example/\n');
    await service.until(() => detections().length > 0, 'detection');
    const updated = events().find(({ eventId }) => eventId === 'KL_ALERT_UpdatedFeed');
    expect(updated?.attributes).toMatchObject({ feed: 'Malicious_URL_Data_Feed', records: '2' });
    expect(detections()).toHaveLength(1);
  });

  test('a feed that turned bad is reported, and the old records stay in use', async () => {
    const directory = await ownSetUp([{ mask: 'first.example' }]);
    service = await startService([], { cwd: directory });
    await writeFile(join(directory, 'Malicious_URL_Data_Feed.json'), '[{"mask": "first.exa');
    service.signal('SIGHUP');
    await service.until(() => service!.stderr().includes('feed.kept'), 'word of the kept feed');
    await send('http://first.example/\n');
    await service.until(() => detections().length > 0, 'detection');
    const failed = events().find(({ eventId }) => eventId === 'KL_ALERT_FailedToUpdateFeed');
    expect(failed?.attributes['feed']).toBe('Malicious_URL_Data_Feed');
    expect(failed?.attributes['error']).toMatch(/\w/);
  });

  test('a bad configuration is refused with its line; a good one is used and reported', async () => {
    const directory = await ownSetUp([{ mask: 'first.example' }]);
    service = await startService([], { cwd: directory });
    const file = join(directory, 'forwarder.yaml');
    await writeFile(file, 'fedes: []\n');
    service.signal('SIGHUP');
    await service.until(() => service!.stderr().includes('service.reload_failed'), 'refusal');
    expect(service.stderr()).toContain('forwarder.yaml:1');
    await writeFile(
      file,
      'feeds: [{ path: Malicious_URL_Data_Feed.json, confidence: 42 }]\nleef: { cat: true }\n',
    );
    service.signal('SIGHUP');
    await service.until(() => service!.stderr().includes('service.reloaded'), 'reload');
    await send('http://first.example/\n');
    await service.until(() => detections().length > 0, 'detection');
    expect(detections()[0]!.attributes).toMatchObject({ confidence: '42', cat: 'Detect' });
    expect(events().map(({ eventId }) => eventId)).toContain('KL_ALERT_ConfigurationUpdated');
  });
});

describe('reload, further', () => {
  test('a feed file that is gone is reported with its place, the old records stay', async () => {
    const directory = await ownSetUp([{ mask: 'first.example' }]);
    service = await startService([], { cwd: directory });
    await rm(join(directory, 'Malicious_URL_Data_Feed.json'));
    service.signal('SIGHUP');
    await service.until(() => service!.stderr().includes('feed.kept'), 'word of the kept feed');
    await send('http://first.example/\n');
    await service.until(() => detections().length > 0, 'detection');
    const failed = events().find(({ eventId }) => eventId === 'KL_ALERT_FailedToUpdateFeed');
    expect(failed?.attributes).toMatchObject({
      feed: 'Malicious_URL_Data_Feed',
      error: expect.stringContaining('There is no file'),
    });
  });

  test('a changed template is used and reported, a bad one is refused with its place', async () => {
    const directory = await ownSetUp(
      [{ mask: 'first.example' }],
      'templates: { directory: own }\n',
    );
    const own = join(directory, 'own');
    await cp(join(projectDirectory, 'templates/leef'), own, { recursive: true });
    service = await startService([], { cwd: directory });
    const detect = join(own, 'detect.hbs');
    const text = await readFile(detect, 'utf8');
    await writeFile(detect, '{{#if');
    service.signal('SIGHUP');
    await service.until(() => service!.stderr().includes('service.reload_failed'), 'refusal');
    expect(service.stderr()).toContain('detect.hbs');
    await writeFile(
      detect,
      text.replace('{{attr "confidence" confidence}}', '{{attr "trust" confidence}}'),
    );
    service.signal('SIGHUP');
    await service.until(() => service!.stderr().includes('service.reloaded'), 'reload');
    await send('http://first.example/\n');
    await service.until(() => detections().length > 0, 'detection');
    expect(detections()[0]!.attributes).toMatchObject({ trust: '100' });
    expect(events().map(({ eventId }) => eventId)).toContain('KL_ALERT_ConfigurationUpdated');
  });

  test('what only a restart can change stays as it is, and the log says so', async () => {
    const directory = await ownSetUp([{ mask: 'first.example' }]);
    service = await startService([], { cwd: directory });
    await writeFile(
      join(directory, 'forwarder.yaml'),
      `identifier: Other_Name
feeds: [{ path: Malicious_URL_Data_Feed.json, confidence: 7 }]
leef: { facility: local3 }
`,
    );
    service.signal('SIGHUP');
    await service.until(() => service!.stderr().includes('service.reloaded'), 'reload');
    expect(service.stderr()).toContain('identifier changed');
    expect(service.stderr()).toContain('leef.facility changed');
    await send('http://first.example/\n');
    await send(
      '{"logSourceIdentifier":"KL_Threat_Feed_Service_V2","payload":"http://first.example/"}\n',
    );
    await service.until(() => detections().length > 0, 'detection');
    expect(detections()).toHaveLength(1);
    expect(detections()[0]).toMatchObject({
      host: 'KL_Threat_Feed_Service_V2',
      attributes: { confidence: '7' },
    });
    expect(service.stdout()).not.toContain('<158>');
  });
});

describe('messages beside detections', () => {
  test('LookupFinished follows every event that was looked up, where asked for', async () => {
    const directory = await ownSetUp(
      [{ mask: 'first.example' }],
      'evaluation: { finishedEvents: true }\n',
    );
    service = await startService([], { cwd: directory });
    await send('quiet\nhttp://first.example/a http://first.example/b\n');
    const finished = () => events().filter(({ eventId }) => eventId === 'LookupFinished');
    await service.until(() => finished().length === 2, 'LookupFinished');
    expect(
      finished().map(({ attributes }) => [attributes['sent_events'], attributes['total']]),
    ).toEqual([
      ['0', '-'],
      ['2', 'KL_Malicious_URL:2;'],
    ]);
  });

  test('a feed older than outdatedAfterHours is reported at the start', async () => {
    const directory = await ownSetUp([{ mask: 'first.example' }]);
    const feed = join(directory, 'Malicious_URL_Data_Feed.json');
    await writeFile(
      join(directory, 'forwarder.yaml'),
      'feeds: [{ path: Malicious_URL_Data_Feed.json, outdatedAfterHours: 1 }]\n',
    );
    await utimes(feed, new Date(), new Date(Date.now() - 2 * 3_600_000));
    service = await startService([], { cwd: directory });
    await service.until(() => service!.stdout().includes('KL_ALERT_OutdatedFeed'), 'status event');
    const outdated = events().find(({ eventId }) => eventId === 'KL_ALERT_OutdatedFeed');
    expect(outdated?.attributes['feed']).toBe('Malicious_URL_Data_Feed');
  });
});

describe('signals while feeds load', () => {
  async function bigSetUp(): Promise<string> {
    const directory = await ownSetUp([]);
    const records = Array.from({ length: 400_000 }, (_, index) => `{"mask":"h${index}.example"}`);
    await writeFile(join(directory, 'Malicious_URL_Data_Feed.json'), `[${records.join(',\n')}]`);
    return directory;
  }

  test('SIGTERM ends the load; SIGHUP is made up for after it', async () => {
    const directory = await bigSetUp();
    const stopped = spawnService(directory);
    await stopped.until('intake.listening');
    stopped.child.kill('SIGTERM');
    expect(await stopped.ended).toBe(0);
    expect(stopped.stderr()).not.toContain('index.loaded');

    const reloaded = spawnService(directory);
    await reloaded.until('intake.listening');
    reloaded.child.kill('SIGHUP');
    await reloaded.until('service.reloaded');
    reloaded.child.kill('SIGTERM');
    expect(await reloaded.ended).toBe(0);
  }, 40_000);
});

test('a renamed eventCnt still counts the payloads that JSA merged away', async () => {
  const directory = await ownSetUp(
    [{ mask: 'first.example' }],
    'intake: { jsa: { keys: { eventCnt: "event.count" } } }\n',
  );
  service = await startService([], { cwd: directory });
  await send('{"payload":"quiet","logSource":"x","event.count":"6"}\nhttp://first.example/\n');
  await service.until(() => detections().length > 0, 'detection');
  expect(await metric('tf_payloads_lost_total')).toBe(5);
});

describe('feeds with a special meaning', () => {
  test('an allow-list suppresses, InternalTI is detected even so, an old feed is outdated', async () => {
    const directory = await ownSetUp(
      [{ mask: 'listed.example' }, { mask: 'own.example' }],
      'allowLists: [{ path: allowed.json }]\n',
    );
    await writeFile(
      join(directory, 'allowed.json'),
      JSON.stringify([{ mask: 'listed.example' }, { mask: 'own.example' }]),
    );
    await writeFile(join(directory, 'InternalTI.json'), JSON.stringify([{ mask: 'own.example' }]));
    await writeFile(
      join(directory, 'forwarder.yaml'),
      `feeds:
  - { path: Malicious_URL_Data_Feed.json }
  - { path: InternalTI.json }
allowLists: [{ path: allowed.json }]
`,
    );
    service = await startService([], { cwd: directory });
    await send('http://listed.example/ and http://own.example/\n');
    await service.until(() => detections().length > 0, 'detection');
    expect(detections().map(({ eventId }) => eventId)).toEqual(['KL_InternalTI_URL']);
  });

  test('the demo feeds lie in the package and can be named from anywhere', async () => {
    const directory = await ownSetUp([]);
    await copyFile(
      join(projectDirectory, 'verification/feeds/Phishing_URL_Data_Feed.json'),
      join(directory, 'Phishing_URL_Data_Feed.json'),
    );
    await writeFile(join(directory, 'forwarder.yaml'), 'feeds: [{ path: "*.json" }]\n');
    service = await startService([], { cwd: directory });
    await send('http://fakess123ap.nu/\n');
    await service.until(() => detections().length > 0, 'detection');
    expect(detections()[0]!.eventId).toBe('KL_Phishing_URL');
  });
});
