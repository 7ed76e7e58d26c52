import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';

import { startTestPortal } from '../../portal/start-test-portal.js';
import { unknownValues } from '../../portal/replies/index.js';
import type { TestPortal } from '../../portal/test-portal.js';
import { tlsObstacle } from '../../support/certificates.js';
import { failureOf, ip, noonMs, object, Opened, outcome } from './support.js';

const withTls = tlsObstacle === undefined ? describe : describe.skip;
const dayMs = 86_400_000;
const other = (last: number) => object('ip', `198.51.100.${last}`);

withTls('the quota of the portal', () => {
  const opened = new Opened();
  let server: TestPortal;
  beforeAll(async () => {
    server = await startTestPortal({ quota: 50 });
  }, 60_000);
  afterEach(() => opened.closeAll());
  afterAll(() => server.close());

  test('is what LicenseInfo says, whatever sections are asked for', async () => {
    let nowMs = noonMs;
    const portal = await opened.open(server, { clock: () => nowMs });
    expect(portal.quota).toBeUndefined();
    await portal.lookup(ip, ['Zone']);
    expect(portal.quota).toEqual({ used: server.dayRequests, perDay: 50, source: 'portal' });
    await portal.lookup(other(2), 'all');
    expect(portal.quota).toMatchObject({ used: server.dayRequests });
    nowMs += dayMs;
    expect(portal.quota).toBeUndefined();
  });

  test('is counted where it is not told', async () => {
    const portal = await opened.open(server, { requestsPerDay: 9 });
    await portal.lookup(object('ip', unknownValues.ip), 'all');
    expect(portal.quota).toEqual({ used: 1, perDay: 9, source: 'own count' });
  });

  test('the smaller of it and requestsPerDay counts; others may have used it too', async () => {
    const used = server.dayRequests;
    const portal = await opened.open(server, { requestsPerDay: used + 2 });
    expect(outcome(await portal.lookup(ip, ['Zone']))).toBe('report');
    expect(portal.quota).toEqual({ used: used + 1, perDay: used + 2, source: 'portal' });
    expect(outcome(await portal.lookup(other(3), ['Zone']))).toBe('report');
    const before = server.requests.length;
    const refused = failureOf(await portal.lookup(other(4), ['Zone']));
    expect(refused).toMatchObject({ failure: 'quota-exceeded' });
    expect(refused.status).toBeUndefined();
    expect(refused.message).toContain(`lookup.requestsPerDay is ${used + 2}`);
    expect(server.requests.length).toBe(before);
  });

  test('used up: 403, then silence', async () => {
    const portal = await opened.open(server, { maxConcurrent: 1 });
    const results = [];
    for (let last = 10; last < 65; last++) results.push(await portal.lookup(other(last), ['Zone']));
    const outcomes = results.map(outcome);
    const first = outcomes.indexOf('quota-exceeded');
    expect(results[first]).toMatchObject({ status: 403 });
    expect(outcomes.slice(0, first).every((one) => one === 'report')).toBe(true);
    expect(new Set(outcomes.slice(first + 1))).toEqual(new Set(['not-asked']));
    expect(portal.quota).toMatchObject({ used: 50, perDay: 50 });
  });
});

withTls('the quota of OpenTIP', () => {
  const opened = new Opened();
  let server: TestPortal;
  let folder: string;
  beforeAll(async () => {
    server = await startTestPortal({ openTip: true });
  }, 60_000);
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tf-quota-'));
  });
  afterEach(async () => {
    await opened.closeAll();
    rmSync(folder, { recursive: true });
  });
  afterAll(() => server.close());

  test('is counted by ourselves, past the end of the process, until the next day', async () => {
    let nowMs = noonMs;
    const options = {
      isOpenTip: true,
      requestsPerDay: 3,
      stateDirectory: folder,
      clock: () => nowMs,
    } as const;
    const first = await opened.open(server, options);
    expect(first.quota).toBeUndefined();
    expect(outcome(await first.lookup(ip, 'all'))).toBe('report');
    // Tries are requests too.
    server.fail({ what: { kind: 'answer', status: 503 } });
    await first.close();
    expect(first.quota).toEqual({ used: 1, perDay: 3, source: 'own count' });

    const second = await opened.open(server, options);
    expect(outcome(await second.lookup(other(2), 'all'))).toBe('report');
    const before = server.requests.length;
    expect(outcome(await second.lookup(other(3), 'all'))).toBe('quota-exceeded');
    expect(server.requests.length).toBe(before);
    await second.close();
    const text = readFileSync(join(folder, 'requests-opentip.json'), 'utf8');
    expect(JSON.parse(text)).toEqual({ day: '2026-11-21', requests: 3 });

    const third = await opened.open(server, options);
    expect(outcome(await third.lookup(other(4), 'all'))).toBe('quota-exceeded');
    nowMs += dayMs / 2;
    expect(outcome(await third.lookup(other(4), 'all'))).toBe('report');
    expect(third.quota).toEqual({ used: 1, perDay: 3, source: 'own count' });
  });

  test('is not passed by lookups that are out at the same time', async () => {
    const before = server.requests.length;
    const portal = await opened.open(server, {
      isOpenTip: true,
      requestsPerDay: 5,
      maxConcurrent: 9,
    });
    const results = await Promise.all(
      Array.from({ length: 12 }, (_, index) => portal.lookup(other(100 + index), 'all')),
    );
    expect(results.map(outcome).filter((one) => one === 'report')).toHaveLength(5);
    expect(server.requests.length - before).toBe(5);
  });

  test('a state that cannot be written keeps nobody from asking', async () => {
    writeFileSync(join(folder, 'file'), '');
    const portal = await opened.open(server, {
      isOpenTip: true,
      stateDirectory: join(folder, 'file', 'x'),
    });
    expect(outcome(await portal.lookup(ip, 'all'))).toBe('report');
    expect(portal.quota).toEqual({ used: 1, perDay: undefined, source: 'own count' });
  });
});
