import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

import { startTestPortal } from '../portal/start-test-portal.js';
import type { TestPortal } from '../portal/test-portal.js';
import { tlsObstacle } from '../support/certificates.js';
import { readLeef } from '../support/leef.js';
import { runCli, startService } from '../support/service-process.js';
import type { ServiceProcess } from '../support/service-process.js';

const describeTls = tlsObstacle === undefined ? describe : describe.skip;

let folder: string;
let portal: TestPortal;
let service: ServiceProcess | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tf-lookup-'));
  // An openssl for each certificate.
  portal = await startTestPortal({ demandsCertificate: 'none' });
  const masks = ['a', 'b', 'c', 'd', 'unknown'].map((name) => ({ mask: `${name}.example` }));
  await writeFile(join(folder, 'OSINT_sites.json'), JSON.stringify(masks));
  await writeFile(
    join(folder, 'forwarder.yaml'),
    `
leef: { messageId: true }
feeds: [{ path: OSINT_sites.json }]
lookup:
  url: ${portal.url}
  ca: ${portal.caFile}
  token: env:TIP_TOKEN
  proxy: none
  timeoutSeconds: 60
  enrich:
    - { feeds: ["OSINT_*"], fields: [$KLZone, KLFilesCount], followUp: true }
`,
  );
}, 60_000);
afterEach(async () => {
  await service?.stop();
  service = undefined;
  await portal.close();
  await rm(folder, { recursive: true });
});

async function start(...set: readonly string[]): Promise<ServiceProcess> {
  const args = set.flatMap((setting) => ['--set', setting]);
  const env = { TIP_TOKEN: portal.credentials.token };
  service = await startService(args, { cwd: folder, env });
  return service;
}

async function detect({ jsaPort }: ServiceProcess, ...names: readonly string[]): Promise<void> {
  const socket = connect(jsaPort, '127.0.0.1');
  await once(socket, 'connect');
  socket.end(names.map((name) => `http://${name}.example/\n`).join(''));
  await once(socket, 'close');
}

/** The attributes of all messages whose event id is like this. */
function messages(
  process: ServiceProcess,
  id: RegExp,
): readonly Readonly<Record<string, string>>[] {
  const events = process.stdout().split('\n').slice(0, -1).map(readLeef);
  return events.filter(({ eventId }) => id.test(eventId)).map(({ attributes }) => attributes);
}

const detected = /^KL_(?!ALERT|EVALUATION)/;
const followUp = /^KL_EVALUATION_Lookup$/;

async function status({ httpPort }: ServiceProcess) {
  const page = await (await fetch(`http://127.0.0.1:${httpPort}/status`)).json();
  return page as {
    readonly state: string;
    readonly problems: readonly { readonly code: string; readonly what: string }[];
    readonly lookup: Readonly<Record<string, Record<string, unknown> | null>>;
  };
}

async function isReady({ httpPort }: ServiceProcess): Promise<boolean> {
  return (await fetch(`http://127.0.0.1:${httpPort}/readyz`)).status === 200;
}

function logLines(process: ServiceProcess, code: string): readonly string[] {
  return process
    .stderr()
    .split('\n')
    .filter((line) => line.includes(`"${code}"`));
}

describeTls('detections and the portal', () => {
  test('first as it is, then a message about it, then with the fields; a reload forgets nothing', async () => {
    const running = await start();
    const zone = portal.replyFor('domain', 'a.example')?.['Zone'];
    await detect(running, 'a', 'unknown');
    await running.until(() => messages(running, followUp).length === 2, 'messages of the portal');
    const plain = messages(running, detected);
    expect(plain).toHaveLength(2);
    for (const message of plain) expect(Object.keys(message).join()).not.toContain('KL');
    const [first] = plain;
    expect(messages(running, followUp)).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          ...{ matchedIndicator: first?.['matchedIndicator'], detectionMsgId: first?.['msgId'] },
          ...{ event: expect.stringMatching(detected), KLZone: zone },
        }),
        expect.objectContaining({ KLResult: 'no data' }),
      ]),
    );
    running.signal('SIGHUP');
    await running.until(() => logLines(running, 'service.reloaded').length === 1, 'reload');
    await detect(running, 'a', 'unknown');
    await running.until(() => messages(running, detected).length === 4, 'detections');
    expect(messages(running, detected).slice(2)).toEqual([
      expect.objectContaining({ KLZone: zone, KLFilesCount: expect.any(String) }),
      expect.objectContaining({ KLResult: 'no data' }),
    ]);
    expect(portal.requests).toHaveLength(2);
    const { lookup, state } = await status(running);
    expect(lookup).toMatchObject({
      ...{ portal: portal.url, pause: null, quotaPerDay: 100_000 },
      detections: { queued: 2, enriched: 1, no_data: 1 },
      requests: { report: 1, no_data: 1 },
      followUps: { sent: 2 },
    });
    expect(state).toBe('ok');
    expect(await running.stop()).toBe(0);
  }, 60_000);

  test('a portal that is silent holds nothing up, not even the stop', async () => {
    portal.fail({ times: 9, what: { kind: 'silence' } });
    const running = await start();
    await detect(running, 'a');
    await running.until(() => portal.inFlight.now === 1, 'request');
    await detect(running, 'a', 'b', 'c', 'd');
    await running.until(() => messages(running, detected).length === 5, 'detections');
    expect(await isReady(running)).toBe(true);
    expect(portal.inFlight.now).toBeGreaterThan(0);
    expect(await running.stop()).toBe(0);
    expect(messages(running, followUp)).toEqual([]);
    expect(messages(running, /^KL_ALERT_ServiceStopped$/)).toHaveLength(1);
  }, 60_000);

  test('401, then 403: detections go on, one line says what to do, no secret anywhere', async () => {
    const running = await start();
    portal.fail({ what: { kind: 'answer', status: 401 } });
    await detect(running, 'a');
    await running.until(() => logLines(running, 'lookup.paused').length === 1, 'pause');
    await detect(running, 'a', 'b', 'c');
    await running.until(() => messages(running, detected).length === 4, 'detections');
    expect(portal.requests).toHaveLength(1);
    expect(await isReady(running)).toBe(true);
    const refused = await status(running);
    expect(refused.state).toBe('degraded');
    expect(refused.problems).toEqual([
      expect.objectContaining({ code: 'lookup.paused', toDo: expect.stringContaining('SIGHUP') }),
    ]);
    expect(refused.lookup['pause']?.['reason']).toBe('unauthorised');

    // Credentials are read anew where they were refused.
    running.signal('SIGHUP');
    await running.until(() => logLines(running, 'service.reloaded').length === 1, 'reload');
    portal.fail({ what: { kind: 'answer', status: 403 } });
    await detect(running, 'a');
    await running.until(() => logLines(running, 'lookup.paused').length === 2, 'second pause');
    await detect(running, 'b');
    await running.until(() => messages(running, detected).length === 6, 'detections');
    expect((await status(running)).lookup['pause']?.['reason']).toBe('quota-exceeded');
    expect(portal.requests).toHaveLength(2);

    const output = `${running.stderr()}${running.stdout()}${JSON.stringify(await status(running))}`;
    expect(output).not.toContain(portal.credentials.token);
    expect(await running.stop()).toBe(0);
  }, 60_000);

  test('a portal that is gone', async () => {
    const running = await start('lookup.url=https://127.0.0.1:9');
    await detect(running, 'a');
    await running.until(() => logLines(running, 'lookup.paused').length === 1, 'pause');
    await detect(running, 'a', 'b');
    await running.until(() => messages(running, detected).length === 3, 'detections');
    expect(await isReady(running)).toBe(true);
    expect((await status(running)).lookup).toMatchObject({ followUps: { failed: 1 } });
    expect(logLines(running, 'lookup.paused')).toHaveLength(1);
  }, 60_000);

  test('a secret that is not there is no start, unless nothing is looked up', async () => {
    const { exitCode, stderr } = await runCli(['run', '--set', 'http=false'], { cwd: folder });
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/lookup\.token.*TIP_TOKEN/s);
    const running = await start('lookup.enrich=[]', 'lookup.token=env:NOT_SET');
    expect((await status(running)).lookup).toBeNull();
  }, 60_000);
});
