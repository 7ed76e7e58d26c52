import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';

import { startTestPortal } from '../portal/start-test-portal.js';
import type { PortalFault, TestPortal } from '../portal/test-portal.js';
import { runCli } from '../support/service-process.js';
import type { Finished } from '../support/service-process.js';
import { lookupFolder } from './lookup-support.js';
import type { LookupFolder } from './lookup-support.js';

// The machine may be busy with other tests.
jest.setTimeout(120_000);

let portal: TestPortal;
let folder: LookupFolder;

beforeAll(async () => {
  portal = await startTestPortal({ demandsCertificate: 'none' });
  folder = await lookupFolder(portal);
}, 60_000);

afterAll(async () => {
  await portal.close();
  await folder.remove();
}, 60_000);

function secretsOf({ credentials }: TestPortal): readonly string[] {
  const { username, password, token } = credentials;
  const basic = Buffer.from(`${username}:${password}`).toString('base64');
  return [password, token, basic];
}

function expectNoSecret({ stdout, stderr }: Finished, of: TestPortal): void {
  for (const secret of secretsOf(of)) expect(`${stdout}${stderr}`).not.toContain(secret);
}

describe('a value', () => {
  test('is shown, then taken from the cache; nothing secret is kept', async () => {
    const first = await folder.run(['192.0.2.1', 'hxxp://evil[.]example/a']);
    expect(first).toMatchObject({ exitCode: 0, stderr: '' });
    const reply = portal.replyFor('ip', '192.0.2.1') as { readonly Zone: string };
    expect(first.stdout).toContain(`192.0.2.1  (IP address)  ${reply.Zone}: `);
    expect(first.stdout).toContain('http://evil.example/a  (URL)  ');
    expect(first.stdout).toContain('quota: 2 of 100000 requests used today, 99998 left');
    expect(portal.requests).toHaveLength(2);

    const again = await folder.run(['--json', '--raw', '192.0.2.1']);
    expect(again.exitCode).toBe(0);
    const [value] = JSON.parse(again.stdout) as readonly object[];
    expect(value).toMatchObject({ value: '192.0.2.1', zone: reply.Zone, result: 'report' });
    expect(value).toMatchObject({ answers: [{ from: 'cache', report: { Zone: reply.Zone } }] });
    expect(portal.requests).toHaveLength(2);

    await folder.run(['--no-cache', '192.0.2.1']);
    expect(portal.requests).toHaveLength(3);
    await folder.run(['--refresh', '192.0.2.1']);
    expect(portal.requests).toHaveLength(4);

    const cache = join(folder.path, 'cache');
    for (const name of await readdir(cache, { recursive: true })) {
      if (!name.endsWith('.json')) continue;
      const text = await readFile(join(cache, name), 'utf8');
      for (const secret of secretsOf(portal)) expect(text).not.toContain(secret);
    }
    expectNoSecret(first, portal);
    expectNoSecret(again, portal);
  });

  test('that is none is refused, one without data is not', async () => {
    const done = await folder.run(['unknown.example', 'nonsense']);
    expect(done.exitCode).toBe(1);
    expect(done.stdout).toContain('the portal has no data, asked now');
    expect(done.stdout).toContain('nonsense is no hash, IP address, URL or domain');
    expect(await folder.run(['unknown.example'])).toMatchObject({ exitCode: 0 });
    expect(await folder.run(['--fields', 'KLNothing', 'example.com'])).toMatchObject({
      exitCode: 2,
    });
  });
});

describe('a fault', () => {
  const answer = (status: number, times = 1): Omit<PortalFault, 'path'> => ({
    times,
    what: { kind: 'answer', status, retryAfter: 0 },
  });

  // By the name of the value that meets it.
  const faults: Readonly<Record<string, readonly [Omit<PortalFault, 'path'>, number, string]>> = {
    bad: [answer(400), 1, 'HTTP 400'],
    stranger: [answer(401), 2, 'HTTP 401'],
    quota: [answer(403), 69, 'HTTP 403'],
    unknown: [answer(404), 0, 'the portal has no data'],
    long: [answer(414), 1, 'HTTP 414'],
    often: [answer(429, 9), 69, 'HTTP 429'],
    broken: [answer(500, 9), 69, 'HTTP 500'],
    cut: [{ times: 9, what: { kind: 'cut' } }, 69, 'failed: '],
    silence: [{ times: 9, what: { kind: 'silence' } }, 69, 'failed: '],
  };
  const done = new Map<string, Finished>();

  beforeAll(async () => {
    // Each waits most of its time before it tries again.
    const runs = Object.entries(faults).map(async ([name, [fault]]) => {
      portal.fail({ ...fault, path: new RegExp(`is-${name}\\.example`) });
      const patience = name === 'silence' ? ['--set', 'lookup.timeoutSeconds=1'] : [];
      done.set(name, await folder.run([`is-${name}.example`, ...patience]));
    });
    await Promise.all(runs);
  }, 120_000);

  test.each(Object.keys(faults))('%s is a message and an exit code', (name) => {
    const [, exitCode, text] = faults[name] ?? [];
    const one = done.get(name) ?? { exitCode: null, stdout: '', stderr: '' };
    expect({ exitCode: one.exitCode, stderr: one.stderr }).toEqual({ exitCode, stderr: '' });
    expect(one.stdout).toContain(text);
    if (exitCode !== 0) expect(one.stdout).toContain('what to do: ');
    expectNoSecret(one, portal);
  });

  test('of certificates or credentials is a message and exit code 2', async () => {
    const [expired, closed] = await Promise.all([
      startTestPortal({ isCertificateExpired: true, demandsCertificate: 'none' }),
      startTestPortal({ demandsCertificate: 'tls' }),
    ]);
    const folders = await Promise.all([
      lookupFolder(expired),
      // Certificates are verified whatever the environment says.
      lookupFolder(portal, { ca: expired.caFile, env: { NODE_TLS_REJECT_UNAUTHORIZED: '0' } }),
      lookupFolder(portal, { token: 'wrong-token-0001' }),
      lookupFolder(closed, { more: `cert: ${closed.wrongClientCert.pemFile}` }),
    ]);
    try {
      const ended = await Promise.all(folders.map((one) => one.run(['192.0.2.9'])));
      for (const [at, { exitCode, stdout, stderr }] of ended.entries()) {
        // A server of TLS 1.3 may be gone before what it holds against a certificate is heard.
        const codes = at === 3 ? [2, 69] : [2];
        expect({ at, exitCode, isOne: codes.includes(exitCode ?? -1) }).toMatchObject({
          isOne: true,
        });
        expect(stdout).toContain('failed: ');
        expect(`${stdout}${stderr}`).not.toContain('wrong-token-0001');
      }
      expect(ended[0]?.stdout).toMatch(/expired/);
      expect(ended[3]?.stdout).toContain('lookup.cert');
      for (const one of ended) {
        for (const asked of [portal, expired, closed]) expectNoSecret(one, asked);
      }
      const none = await runCli(['lookup', '192.0.2.9'], {
        cwd: folder.path,
        env: { KASPERSKY_API_TOKEN: '' },
      });
      expect(none.exitCode).toBe(2);
      expect(none.stderr).toContain('KASPERSKY_API_');
    } finally {
      await Promise.all(folders.map((one) => one.remove()));
      await Promise.all([expired.close(), closed.close()]);
    }
  });
});

test('--help names functions, exit codes and zones, and loads quickly what it needs only', async () => {
  const { exitCode, stdout } = await folder.run(['--help']);
  expect(exitCode).toBe(0);
  for (const text of ['get_domain_report_whois', 'Exit codes: 0', 'Orange not trusted']) {
    expect(stdout).toContain(text);
  }
});
