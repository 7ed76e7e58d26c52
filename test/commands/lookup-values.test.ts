import { describe, expect, test } from '@jest/globals';

import { readLookupOptions } from '../../forwarder/commands/support/lookup/lookup-options.js';
import { ageText } from '../../forwarder/commands/support/lookup/report-text.js';
import { failure, fakePortal } from '../lookup/cache/fake-portal.js';
import { lookUpValues } from './lookup-support.js';

const report = {
  Zone: 'Orange',
  LicenseInfo: { DayRequests: 1 },
  IpGeneralInfo: { Ip: '192.0.2.1', HitsCount: 10, CountryCode: null, Categories: [] },
  IpWhoIs: { Net: { Name: 'A\r\n\u001b[31mB' }, Asn: [{ Number: 64496, Description: ['X', 'Y'] }] },
  HostedUrls: Array.from({ length: 33 }, (_, number) => ({
    Url: `e.example/${number}`,
    Zone: 'Red',
  })),
};
const knowing = () => fakePortal(() => report, { clock: () => 9_000_000 });

describe('what is shown', () => {
  test('of one value: zone, sections, lists up to a limit, nothing for the terminal to obey', async () => {
    const portal = knowing();
    portal.quota = { used: 43, perDay: 1000, source: 'portal' };
    const { code, text } = await lookUpValues(portal, {}, ['192[.]0.2.1']);
    expect(code).toBe(0);
    expect(text).toMatch(/^192\.0\.2\.1 {2}\(IP address\) {2}Orange: not trusted\nasked now\n/);
    expect(text).toContain('\nIP general info\n  Ip         192.0.2.1\n  HitsCount  10\n\n');
    expect(text).toContain('  Net.Name  A\\u000d\\u000a\\u001b[31mB\n');
    expect(text).toMatch(/Number {2}Description\n +64496 {3}X, Y\n/);
    expect(text.match(/e\.example/g)).toHaveLength(10);
    expect(text).toContain('\n  … 23 more\n');
    expect(text).not.toMatch(/LicenseInfo|DayRequests|Categories|CountryCode|\r|\u001b/);
    expect(text).toMatch(/\nquota: 43 of 1000 requests used today, 957 left\n$/);
    expect(text).not.toContain('value ');
  });

  test('of several values ends with a table', async () => {
    const portal = fakePortal(({ kind }) => (kind === 'ip' ? report : 'no-data'));
    const values = ['192.0.2.1', 'example.com', 'nothing'];
    const { code, text } = await lookUpValues(portal, { limit: '0' }, values);
    expect(code).toBe(1);
    expect(text).toContain('example.com  (domain)\nthe portal has no data, asked now\n');
    expect(text).toContain('nothing is no hash, IP address, URL or domain');
    const table = text.slice(text.indexOf('value '));
    expect(table.split('\n').slice(1, 4)).toEqual([
      expect.stringMatching(/^192\.0\.2\.1 +IP address +Orange +data +asked now$/),
      expect.stringMatching(/^example\.com +domain +- +no data +asked now$/),
      expect.stringMatching(/^nothing +- +- +not recognised +-$/),
    ]);
  });

  test('of fields is these only', async () => {
    const given = { fields: '$KLHits, KLZone,KLAsn'.replace('KLAsn', 'KLASN') };
    const { text } = await lookUpValues(knowing(), given, ['ip', '192.0.2.1']);
    expect(text).toMatch(/field +value\n\$KLHits +10\n\$KLZone +Orange\n\$KLASN +64496\n/);
    expect(text).not.toContain('IP general info');
  });

  test.each([
    [59_000, 'less than a minute'],
    [119 * 60_000, '119 min'],
    [3 * 3_600_000, '3 h'],
    [72 * 3_600_000, '3 days'],
  ])('%i ms old is %s', (age, text) => {
    expect(ageText('cache', 0, age)).toBe(`from the cache, ${text} old`);
  });
});

describe('--json', () => {
  test('gives fields, and the replies with --raw', async () => {
    const portal = knowing();
    portal.quota = { used: 1, perDay: undefined, source: 'own count' };
    const given = { json: true, raw: true, fields: 'KLZone,KLHits' };
    const { text } = await lookUpValues(portal, given, ['192[.]0.2.1', 'x']);
    const at = new Date(9_000_000).toISOString();
    expect(JSON.parse(text)).toEqual([
      {
        value: '192.0.2.1',
        text: '192[.]0.2.1',
        kind: 'ip',
        result: 'report',
        zone: 'Orange',
        fields: { $KLZone: 'Orange', $KLHits: 10 },
        answers: [{ function: 'get_ip_report', result: 'report', from: 'portal', at, report }],
        quota: { used: 1, source: 'own count' },
      },
      { value: 'x', result: 'not-recognised', problem: expect.stringContaining('is no hash') },
    ]);
  });
});

describe('functions', () => {
  test('named ones say what the values are, and each is a request', async () => {
    const portal = knowing();
    const given = { function: ['get_url_report_file', 'get_url_report'] };
    await lookUpValues(portal, given, ['example.com/x']);
    expect(portal.asked.map(({ sections }) => sections)).toEqual([
      ['FilesAccessed', 'FilesDownloaded'],
      expect.arrayContaining(['Zone']),
    ]);
  });

  test('that give the same field: what the first one is answered counts', async () => {
    const portal = fakePortal((_, sections) => ({
      DomainGeneralInfo: { HitsCount: sections.length },
    }));
    const named = ['get_domain_report_generalinfo', 'get_domain_report'];
    for (const [names, hits] of [
      [named, 1],
      [[...named].reverse(), 7],
    ] as const) {
      const given = { function: names, json: true };
      const { text } = await lookUpValues(portal, given, ['example.com']);
      expect(JSON.parse(text)).toMatchObject([{ fields: { $KLHits: hits } }]);
    }
  });

  test('of other kinds ask nothing', async () => {
    const portal = knowing();
    const given = { function: ['get_url_report', 'get_hash_report'] };
    const { code, text } = await lookUpValues(portal, given, ['192.0.2.1']);
    expect(code).toBe(1);
    expect(text).toContain('which none of the functions named is for');
    expect(portal.asked).toEqual([]);
  });
});

describe('failures', () => {
  test.each([
    ['bad-request', 1, 2],
    ['too-long', 1, 2],
    ['unauthorised', 2, 1],
    ['tls', 2, 1],
    ['quota-exceeded', 69, 1],
    ['too-many-requests', 69, 1],
    ['server-fault', 69, 1],
    ['unexpected-answer', 69, 1],
    ['unreachable', 69, 1],
    ['not-asked', 69, 1],
  ] as const)('%s: exit code %i, %i asked', async (name, exitCode, asked) => {
    const portal = fakePortal(() => failure(name, `it is ${name}`));
    const { code, text } = await lookUpValues(portal, {}, ['192.0.2.1', '192.0.2.2']);
    expect(code).toBe(exitCode);
    expect(portal.asked).toHaveLength(asked);
    expect(text).toContain(`failed: it is ${name}\n  what to do: what to do about ${name}\n`);
    expect(text).toMatch(asked === 1 ? /192\.0\.2\.2 .* not-asked / : new RegExp(` ${name} `));
  });
});

test.each<[object, readonly string[], string]>([
  [{}, [], 'nothing to look up'],
  [{}, ['ip'], 'nothing to look up'],
  [{ function: ['get_ip_reprot'] }, ['x'], 'perhaps get_ip_report is meant'],
  [{ function: ['get_ip_report'] }, ['url', 'x'], 'none for url'],
  [{ fields: 'KLHist' }, ['x'], 'perhaps KLHits is meant'],
  [{ fields: 'KLSigner', function: ['get_ip_report'] }, ['x'], 'name get_hash_report too'],
  [{ fields: ' , ' }, ['x'], 'names no field'],
  [{ raw: true }, ['x'], '--json'],
  [{ limit: 'x' }, ['x'], 'whole number'],
  [{ cache: false, refresh: true }, ['x'], '--no-cache'],
  [{ column: 'x' }, ['x'], 'rows only'],
  [{ csv: 'f' }, [], 'does not say what'],
  [{ csv: 'f', ndjson: 'f' }, [], 'not both'],
  [{ csv: 'f', column: 'x' }, ['192.0.2.1'], 'both named'],
  [{ csv: 'f', column: 'x', json: true }, [], '--output'],
  [{ csv: 'f', column: 'x', delimiter: 'ab' }, [], 'single character'],
])('%j with %j is refused', (given, args, text) => {
  let problem: Readonly<Record<string, unknown>> = {};
  try {
    readLookupOptions(given as Readonly<Record<string, unknown>>, args);
  } catch (error) {
    problem = error as Readonly<Record<string, unknown>>;
  }
  expect(problem['code']).toBe('TF_USAGE');
  expect(`${String(problem['message'])} ${String(problem['hint'])}`).toContain(text);
});
