import { describe, expect, test } from '@jest/globals';

import { eventCatalogue } from '../../dsm/index.js';
import { mappingCategories } from '../../dsm/events/mapping-categories.js';
import type {
  DoctorCheck,
  DoctorContext,
} from '../../forwarder/commands/support/dsm/doctor/check.js';
import { doctorChecks } from '../../forwarder/commands/support/dsm/doctor/checks/index.js';
import type { ConsoleSource } from '../../forwarder/commands/support/dsm/doctor/console-sources.js';
import { runChecks } from '../../forwarder/commands/support/dsm/doctor/run-checks.js';
import { doctorText } from '../../forwarder/commands/support/dsm/doctor/run-doctor.js';
import { tallyOf, tallyQuery } from '../../forwarder/commands/support/dsm/doctor/tally.js';
import { loadConfig } from '../../forwarder/config/index.js';
import { packageDirectory } from '../../forwarder/commands/support/package.js';

const nowMs = Date.UTC(2026, 6, 1);

async function configWith(...set: readonly string[]): Promise<DoctorContext['config']> {
  const { config } = await loadConfig({
    set: ['intake.jsa.listen=0.0.0.0:9995', ...set],
    env: {},
    cwd: '/',
    packageDirectory: packageDirectory(),
  });
  return config;
}

function source(identifier: string, more: Partial<ConsoleSource> = {}): ConsoleSource {
  return {
    id: 1,
    name: `Source ${identifier}`,
    type_id: 4001,
    protocol_type_id: 0,
    protocol_parameters: [{ name: 'identifier', value: identifier }],
    enabled: true,
    coalesce_events: false,
    store_event_payload: true,
    requires_deploy: false,
    status: { status: 'SUCCESS', messages: [] },
    last_event_time: nowMs - 300_000,
    identifier,
    typeName: 'Universal LEEF',
    ...more,
  };
}

const ours = 'KL_Threat_Feed_Service_V2';
const tests = 'KL_Verification_Tool';
const config = await configWith();
const onLoopback = await configWith('intake.jsa.listen=127.0.0.1:9995');
const withLongMessages = await configWith('leef.maxMessageBytes=8000');
const withCategory = await configWith('leef.cat=true');
const mapped = eventCatalogue.flatMap((event) =>
  mappingCategories(event).map((category) => ({ eventId: event.id, category })),
);
const tallied = (
  eventName: string,
  kept: number,
  received = kept,
  categoryName = 'Information',
) => ({
  eventName,
  categoryName,
  kept,
  received,
});

/** A site where all is well. */
const well: DoctorContext = {
  config,
  facts: {
    address: 'https://192.0.2.5',
    apiVersion: '20.0',
    release: '7.5.0',
    clockOffsetMs: 900,
    certificate: { fingerprint: '', subject: '', validTo: 'Jul  1 00:00:00 2028 GMT' },
  },
  identifier: ours,
  verificationIdentifier: tests,
  collector: { scheme: 'tcp', host: '192.0.2.10', port: 514 },
  nowMs,
  sources: () => Promise.resolve([source(ours), source(tests)]),
  mappings: () => Promise.resolve(mapped),
  siteEvents: () => Promise.resolve(eventCatalogue),
  tally: () => Promise.resolve([tallied('KL_Malicious_URL', 5)]),
  notifications: () => Promise.resolve([tallied('Disk Usage Returned To Normal', 1)]),
  reach: () => Promise.resolve(),
};

const withSources = (...list: readonly ConsoleSource[]): Partial<DoctorContext> => ({
  sources: () => Promise.resolve(list),
});
const withTally = (...list: ReturnType<typeof tallied>[]): Partial<DoctorContext> => ({
  tally: () => Promise.resolve(list),
});

describe('every check', () => {
  test('has a name and a title of its own, and finds nothing where all is well', async () => {
    expect(new Set(doctorChecks.map(({ name }) => name)).size).toBe(doctorChecks.length);
    expect(new Set(doctorChecks.map(({ title }) => title)).size).toBe(doctorChecks.length);
    const findings = await runChecks(doctorChecks, well);
    expect(findings.filter(({ status }) => status !== 'ok')).toEqual([]);
    expect(new Set(findings.map(({ check }) => check)).size).toBe(doctorChecks.length);
  });

  test('says something, and what to do, where nothing is there', async () => {
    const empty = {
      ...well,
      ...withSources(),
      ...withTally(),
      mappings: () => Promise.resolve([]),
      collector: undefined,
      facts: {
        ...well.facts,
        release: undefined,
        clockOffsetMs: undefined,
        certificate: undefined,
      },
    };
    const findings = await runChecks(doctorChecks, empty);
    expect(new Set(findings.map(({ check }) => check)).size).toBe(doctorChecks.length);
    for (const { status, finding, toDo } of findings) {
      expect(finding).not.toBe('');
      if (status !== 'ok') expect(toDo).toMatch(/\w/);
    }
  });

  test('that cannot be made is a warning that says why, and the others go on', async () => {
    const fault = Object.assign(new Error('no right to see that (403)'), {
      hint: 'give the right',
    });
    const refuse = () => Promise.reject(fault);
    const findings = await runChecks(doctorChecks, {
      ...well,
      sources: refuse,
      tally: refuse,
      mappings: refuse,
      notifications: refuse,
      siteEvents: refuse,
    });
    expect(new Set(findings.map(({ check }) => check)).size).toBe(doctorChecks.length);
    expect(findings.find(({ check }) => check === 'log-source')).toMatchObject({
      status: 'warning',
      finding: 'could not be looked at: no right to see that (403)',
      toDo: 'give the right',
    });
    const thrower: DoctorCheck = {
      name: 'x',
      title: 'X',
      look: () => {
        // eslint-disable-next-line @typescript-eslint/only-throw-error -- whatever is thrown
        throw 'a text';
      },
    };
    expect(await runChecks([thrower], well)).toMatchObject([
      { status: 'warning', finding: 'could not be looked at: a text' },
    ]);
  });
});

describe('the checks find', () => {
  test.each<[check: string, changed: Partial<DoctorContext>, status: string, words: RegExp]>([
    [
      'identifier',
      { identifier: 'My Service' },
      'failed',
      /cannot be a host name: the header of our messages says My_Service/,
    ],
    [
      'identifier',
      withSources(source('KL_Threat_Feed_Service_v2')),
      'failed',
      /KL_Threat_Feed_Service_v2 in JSA: letter case differs/,
    ],
    [
      'log-source',
      withSources(source(ours)),
      'failed',
      /none with the identifier KL_Verification_Tool/,
    ],
    [
      'log-source',
      withSources(source(ours, { enabled: false }), source(tests)),
      'failed',
      /is disabled/,
    ],
    [
      'log-source',
      withSources(
        source(ours, { status: { status: 'ERROR', messages: [{ text: 'no events' }] } }),
        source(tests),
      ),
      'failed',
      /status ERROR: no events \(last event 5 min ago\)/,
    ],
    [
      'log-source',
      withSources(source(ours, { status: { status: 'WARN' } }), source(tests)),
      'warning',
      /status WARN/,
    ],
    [
      'log-source',
      withSources(source(ours, { last_event_time: 0 }), source(tests)),
      'warning',
      /received nothing yet.*warmup/,
    ],
    [
      'deployment',
      withSources(source(ours, { requires_deploy: true })),
      'warning',
      /not deployed yet/,
    ],
    [
      'coalescing',
      withSources(source(ours), source(tests, { coalesce_events: true })),
      'failed',
      /on for Source KL_Verification_Tool.*dsm apply/,
    ],
    [
      'log-source-type',
      withSources(source(ours, { typeName: 'Linux OS' })),
      'failed',
      /Linux OS, which does not read LEEF/,
    ],
    [
      'event-mappings',
      { mappings: () => Promise.resolve(mapped.slice(8)) },
      'failed',
      /Universal LEEF has no name for 4 of \d+ events: KL_\w+, KL_\w+, KL_\w+, …/,
    ],
    ['parsed-events', withTally(), 'warning', /none of the service.*dsm verify/],
    [
      'parsed-events',
      withTally(tallied('Unknown', 7, 7, 'Unknown'), tallied('KL_IP_Reputation', 3)),
      'warning',
      /7 of 10 have no name \(Unknown\)/,
    ],
    [
      'parsed-events',
      withTally(tallied('Unknown Log Event', 2, 2, 'Stored')),
      'warning',
      /2 of 2 were not read \(Stored\)/,
    ],
    ['merged-events', withTally(tallied('KL_A_URL', 5, 9)), 'warning', /4 events .* merged/],
    [
      'loop',
      withTally(tallied('KL_ALERT_LoopDetected', 2)),
      'failed',
      /KL_ALERT_LoopDetected 2 times.*Match All Incoming Events/,
    ],
    [
      'certificate',
      { nowMs: Date.UTC(2028, 5, 20) },
      'warning',
      /runs out on 2028-07-01, in 11 days/,
    ],
    ['certificate', { nowMs: Date.UTC(2028, 7, 1) }, 'failed', /ran out on 2028-07-01/],
    [
      'clock',
      { facts: { ...well.facts, clockOffsetMs: -120_000 } },
      'warning',
      /120 s behind this one/,
    ],
    [
      'notifications',
      { notifications: () => Promise.resolve([tallied('Events dropped by the pipeline', 3)]) },
      'warning',
      /Events dropped by the pipeline \(3 times in 24 h\)/,
    ],
    [
      'collector',
      { reach: () => Promise.reject(new Error('refused')) },
      'failed',
      /tcp:\/\/192\.0\.2\.10:514: refused/,
    ],
    [
      'collector',
      { collector: { scheme: 'udp', host: '192.0.2.10', port: 514 } },
      'warning',
      /UDP gives no answer/,
    ],
    [
      'listen-address',
      { config: onLoopback },
      'warning',
      /127\.0\.0\.1:9995 takes events of this machine alone/,
    ],
    ['message-settings', { config: withLongMessages }, 'warning', /leef\.maxMessageBytes is 8000/],
    [
      'message-settings',
      {
        config: withCategory,
        ...withSources(source(ours, { typeName: 'Kaspersky CyberTrace' })),
      },
      'warning',
      /leef\.cat is on/,
    ],
    [
      'console-version',
      { facts: { ...well.facts, release: undefined } },
      'warning',
      /does not say its release/,
    ],
  ])('%s: %#', async (name, changed, status, words) => {
    const check = doctorChecks.filter((one) => one.name === name);
    const findings = await runChecks(check, { ...well, ...changed });
    const worst = findings.find((finding) => finding.status === status);
    expect(`${worst?.finding}. ${worst?.toDo}`).toMatch(words);
  });

  test('names are looked up with the category that the service writes', async () => {
    const check = doctorChecks.filter(({ name }) => name === 'event-mappings');
    const mappings = () => Promise.resolve(mapped.filter(({ category }) => category !== ''));
    const withoutCat = await runChecks(check, { ...well, mappings });
    const withCat = await runChecks(check, {
      ...well,
      mappings,
      config: withCategory,
    });
    expect([withoutCat[0]?.status, withCat[0]?.status]).toEqual(['failed', 'ok']);
  });
});

describe('the tally', () => {
  test('asks for log sources by their names, quotes and all', () => {
    expect(tallyQuery(["it's ours", 'B'])).toContain(
      "WHERE LOGSOURCENAME(logsourceid) = 'it''s ours' OR LOGSOURCENAME(logsourceid) = 'B' GROUP BY",
    );
  });

  test('reads rows, odd ones too', () => {
    const row = { event_name: 'A', category_name: 'B', kept_count: 2, received_count: '5' };
    expect(tallyOf(row)).toEqual({ eventName: 'A', categoryName: 'B', kept: 2, received: 5 });
    expect(tallyOf({ kept_count: 'x' })).toMatchObject({ kept: 0, received: 0, eventName: '' });
  });
});

test('the table marks what it finds and counts it', async () => {
  const text = doctorText(
    await runChecks(doctorChecks, {
      ...well,
      ...withSources(source(ours, { name: 'a\u001b[2Jb' })),
    }),
  );
  expect(text).toMatch(/^✗ +Log source +there is none with the identifier KL_Verification_Tool/m);
  expect(text).toMatch(/\n1 to put right, 0 worth a look, \d+ well\n$/);
  expect(text).not.toContain('\u001b[2J');
});
