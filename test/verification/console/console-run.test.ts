import { describe, expect, test } from '@jest/globals';

import { describeEvent } from '../../../dsm/index.js';
import { readExpected } from '../../../verification/expected.js';
import { consoleReportJson, runConsoleVerification } from '../../../verification/console/index.js';
import type { ConsoleRunOptions } from '../../../verification/console/index.js';
import { rowOf } from './support.js';

type Row = Readonly<Record<string, unknown>>;

const expected = await readExpected();
const expectations = [...expected.feeds.values()].flat();

/** A JSA that has what was sent to it, and the detections of all feeds. */
function jsa(change: (row: Row, id: string) => Row | undefined = (row) => row) {
  const sent: string[] = [];
  const queries: string[] = [];
  const search = (aql: string): Promise<readonly Row[]> => {
    queries.push(aql);
    if (aql.includes('KL_ALERT_')) {
      return Promise.resolve([rowOf('KL_ALERT_ServiceStarted'), rowOf('LookupFinished')]);
    }
    const source = /src=(198\.[\d.]+)/.exec(aql)?.[1] ?? '';
    const tests = sent.map((line) => ({
      ...rowOf('x', { host: 'KL_Verification_Tool', eventName: 'Unknown', category: 'Unknown' }),
      payload_text: line,
    }));
    const detections = expectations.flatMap(({ event, indicator }): readonly Row[] => {
      const { category, severity } = describeEvent(event);
      const attributes = { src: source, matchedIndicator: indicator };
      const row = rowOf(event, { attributes, category: category.name, severity });
      const changed = change(row, event);
      return changed === undefined ? [] : [changed];
    });
    return Promise.resolve([...tests, ...detections]);
  };
  const options: ConsoleRunOptions = {
    search,
    sender: {
      address: 'tcp://192.0.2.10:514',
      send: (line) => {
        sent.push(line);
        return Promise.resolve(true);
      },
      close: () => undefined,
    },
    detections: { identifier: 'KL_Threat_Feed_Service_V2', names: [] },
    verification: { identifier: 'KL_Verification_Tool', names: [] },
    feeds: ['*'],
    timeLimitMs: 5,
    pauseMs: 0,
    pollMs: 1,
  };
  return { options, queries, sent };
}

describe('a run through the console', () => {
  test('passes when all is there, named and categorised', async () => {
    const { options, queries, sent } = jsa();
    const report = await runConsoleVerification(options);
    expect(report).toMatchObject({
      passed: true,
      stopped: 'complete',
      failedRows: 0,
      advice: [],
      status: { seen: 1, unnamed: 0 },
      evaluation: { seen: 1, unnamed: 0 },
    });
    expect(report.passedRows).toBe(expectations.length);
    expect(report.passedRows).toBeGreaterThan(30);
    expect(sent.every((line) => line.includes(`vid=${report.runId}`))).toBe(true);
    expect(queries[0]).toContain(`vid=${report.runId}`);
    expect(JSON.parse(JSON.stringify(consoleReportJson(report)))).toMatchObject({
      version: 1,
      passed: true,
      counts: { events: sent.length, sent: sent.length, rows: expectations.length },
    });
  });

  test('looks until the time is over, each time anew, and says what must be missing', async () => {
    const { options, queries } = jsa(() => undefined);
    const report = await runConsoleVerification({ ...options, timeLimitMs: 30 });
    expect(report).toMatchObject({ passed: false, stopped: 'time-limit', passedRows: 0 });
    expect(report.advice.map(({ step }) => step)).toEqual([
      'forwarding destination or routing rule',
    ]);
    expect(queries.length).toBeGreaterThan(1);
    expect(new Set(queries).size).toBe(queries.length);
  });

  test('the feeds of the service are judged, and what it received is compared', async () => {
    const { options } = jsa(() => undefined);
    let received = 100;
    const report = await runConsoleVerification({
      ...options,
      feeds: undefined,
      askService: () => {
        received += 19;
        const feeds = ['Phishing_URL_Data_Feed.json'];
        const view = { received, found: 7, indicators: 9, isDelivering: true, feeds };
        return Promise.resolve({ view });
      },
    });
    expect(report.judgedFeeds).toEqual(['Phishing_URL_Data_Feed']);
    expect(report.evidence.service).toMatchObject({ kind: 'answers', received: 19, found: 0 });
    expect(report.advice.map(({ step }) => step)).toEqual(['feeds']);
  });

  test('a silent service leaves the choice of feeds to the configuration, else to what is seen', async () => {
    const { options } = jsa((row, id) => (id === 'KL_Phishing_URL' ? row : undefined));
    const silent = () => Promise.resolve({ silentBecause: 'ECONNREFUSED' });
    const ask = { ...options, feeds: undefined, askService: silent };
    const otherwiseFeeds = ['ICS_Hash_Data_Feed'];
    const configured = await runConsoleVerification({ ...ask, otherwiseFeeds });
    expect(configured).toMatchObject({ judgedFeeds: otherwiseFeeds, passed: false });
    const seen = await runConsoleVerification({ ...ask, timeLimitMs: 60_000, quietMs: 3 });
    expect(seen).toMatchObject({
      judgedFeeds: ['Phishing_URL_Data_Feed'],
      passed: true,
      stopped: 'complete',
    });
  });

  test('one wrong category fails the run, and no feed at all too', async () => {
    const wrong = jsa((row, id) =>
      id === 'KL_IP_Reputation' ? { ...row, category_name: 'Information' } : row,
    );
    const report = await runConsoleVerification(wrong.options);
    expect(report.passed).toBe(false);
    expect(report.rows.filter(({ result }) => result === 'wrong category')).not.toEqual([]);
    const none = await runConsoleVerification({ ...jsa().options, feeds: ['no such feed'] });
    expect(none).toMatchObject({ passed: false, rows: [] });
  });

  test('a first search that fails ends the run; a later one leaves what was found', async () => {
    const { options } = jsa(() => undefined);
    const fault = new Error('slow');
    await expect(
      runConsoleVerification({ ...options, search: () => Promise.reject(fault) }),
    ).rejects.toBe(fault);
    let searches = 0;
    const report = await runConsoleVerification({
      ...options,
      timeLimitMs: 60_000,
      search: (aql, limit) => {
        searches += 1;
        return searches === 1 ? options.search(aql, limit) : Promise.reject(fault);
      },
    });
    expect(report).toMatchObject({ stopped: 'search-failed', passed: false });
    expect(report.evidence.verification.own).toBe(report.evidence.sent);
    expect(report.status).toEqual({ seen: 0, unnamed: 0 });
  });
});
