import { describe, expect, test } from '@jest/globals';
import type { FeedProblem, FeedRecord, Result } from '../../../forwarder/core/index.js';
import type { ReaderOptions } from '../../../forwarder/feeds/formats/format.js';
import { kasperskyJson } from '../../../forwarder/feeds/formats/kaspersky-json.js';

/** One record of each of Kaspersky's feeds, in the feed's shape, with values of documentation. */

const dates = { first_seen: '19.05.2024 08:32', last_seen: '16.07.2024 10:02', popularity: 5 };
const md5 = 'FEAF2058298C1E174C2B79AFFC7CF4DF';
const sha1 = 'A1'.repeat(20);
const sha256 = 'B2'.repeat(32);
const whois = {
  domain: 'bad.example',
  created: '01.02.2020',
  updated: '01.02.2024',
  expires: '01.02.2025',
  name: 'Domain Owner',
  org: 'Example Ltd.',
  country: 'RU',
  city: 'Moscow',
  registrar_name: 'Registrar',
  registrar_email: 'abuse@registrar.example',
  NS: ['ns1.bad.example', 'ns2.bad.example'],
  NS_ips: ['192.0.2.53', '192.0.2.54'],
};
const files = [
  { MD5: md5, SHA1: sha1, SHA256: sha256, threat: 'HEUR:Trojan.Win32.Generic' },
  { MD5: '44D88612FEA8A8F36DE82E1278ABB02F', threat: 'EICAR-Test-File' },
];
const ofUrl = { geo: ['ru', 'ua', 'kz'], IP: ['192.0.2.10', '192.0.2.11'], whois };
const ofHash = { ...dates, MD5: md5, SHA1: sha1, SHA256: sha256, file_size: 51_712 };

const urlOnly = ['url bad.example/*'];
const threeHashes = [`md5 ${md5}`, `sha1 ${sha1}`, `sha256 ${sha256}`];

const feeds: readonly [string, Readonly<Record<string, unknown>>, readonly string[]][] = [
  [
    'Malicious_URL',
    { id: 9_491_494, mask: 'bad.example/*', type: 21, ...dates, ...ofUrl, files },
    urlOnly,
  ],
  [
    'Phishing_URL',
    {
      id: 107_722_881,
      type: 20,
      mask: 'bad.example/*',
      industry: 'E-shop',
      ...dates,
      whois,
      stolen_data_type: 'email_address',
      targeted_organization: 'Example Inc',
      attack_type: 'Phishing',
    },
    urlOnly,
  ],
  [
    'Botnet_CnC_URL',
    { id: 7, mask: 'bad.example/*', type: 2, threat: 'CnC.Win32.Agent', ...dates, ...ofUrl, files },
    urlOnly,
  ],
  [
    'Botnet_CnC_URL_Exact',
    { id: 8, mask: 'bad.example/gate.php', type: 1, threat: 'CnC', ...dates },
    ['url bad.example/gate.php'],
  ],
  [
    'Mobile_Botnet_URL',
    { id: 9, mask: 'bad.example/steallallsms.php', type: 2, ...dates },
    ['url bad.example/steallallsms.php'],
  ],
  [
    'Ransomware_URL',
    { id: 10, mask: '*.bad.example', type: 4, ...dates, ...ofUrl, files },
    ['url *.bad.example'],
  ],
  [
    'IoT_URL',
    { id: 11, mask: 'bad.example:8080/.i', type: 1, protocol: 'http', ...dates, files },
    ['url bad.example/.i'],
  ],
  [
    'APT_URL',
    {
      id: 12,
      mask: 'bad.example',
      type: 19,
      publication_name: 'Report',
      detection_date: '19.05.2024',
    },
    ['url bad.example'],
  ],
  [
    'IP_Reputation',
    {
      id: 13,
      ip: '192.0.2.3',
      threat_score: 75,
      category: 'malware, spam',
      ...dates,
      ip_geo: 'ru',
      users_geo: ['ru', 'de'],
      ip_whois: { net_range: '192.0.2.0 - 192.0.2.255', country: 'RU', asn: [64_500] },
      files,
    },
    ['ip 192.0.2.3'],
  ],
  ['APT_IP', { id: 14, ip: '192.0.2.4', publication_name: 'Report' }, ['ip 192.0.2.4']],
  ['Malicious_Hash', { ...ofHash, threat: 'HEUR:Trojan.Win32.Generic', geo: ['ru'] }, threeHashes],
  ['Mobile_Malicious_Hash', { ...ofHash, threat: 'Trojan-Banker.AndroidOS.Agent' }, threeHashes],
  [
    'P_SMS_Trojan',
    { MD5: md5, ...dates, threat: 'Trojan-SMS.AndroidOS.Agent', phone: ['+70000000000'] },
    [`md5 ${md5}`],
  ],
  ['ICS_Hash', { ...ofHash, threat: 'Worm.Win32.Agent' }, threeHashes],
  [
    'Vulnerability',
    {
      detection_date: '19.05.2024',
      cve: ['CVE-2024-0001'],
      severity: 'High',
      vendors: [{ vendor: 'Example', products: ['Product'] }],
      MD5: md5,
      SHA1: sha1,
      SHA256: sha256,
    },
    threeHashes,
  ],
  ['APT_Hash', { ...ofHash, publication_name: 'Report' }, threeHashes],
];

async function read(
  records: unknown,
  options: ReaderOptions = {},
): Promise<Result<FeedRecord, FeedProblem>[]> {
  async function* bytes(): AsyncGenerator<Uint8Array> {
    yield await Promise.resolve(Buffer.from(JSON.stringify(records, undefined, 2)));
  }
  const results: Result<FeedRecord, FeedProblem>[] = [];
  for await (const result of kasperskyJson.read(bytes(), options)) results.push(result);
  return results;
}

describe('Kaspersky feeds', () => {
  test.each(feeds)('%s', async (_, record, expected) => {
    const [result, ...more] = await read([record]);
    if (result?.ok !== true || more.length > 0) throw new Error(JSON.stringify([result, more]));
    const { indicators, context, fields } = result.value;
    expect(indicators.map(({ kind, value }) => `${kind} ${value}`)).toEqual(
      expected.map((text) => (/^(?:md5|sha)/.test(text) ? text.toLowerCase() : text)),
    );
    expect(fields).toEqual(record);
    // Every value of the first level goes out with a detection; of nested objects too.
    const names = new Set(context.map(([name]) => name));
    for (const [name, value] of Object.entries(record)) {
      if (typeof value !== 'object') expect(names).toContain(name);
    }
    if ('whois' in record) {
      expect(Object.fromEntries(context)).toMatchObject({
        'whois/country': 'RU',
        'whois/NS': 'ns1.bad.example, ns2.bad.example',
      });
    }
    expect(kasperskyJson.recognises(Buffer.from(JSON.stringify([record])))).toBe(true);
  });

  test('configured fields count instead of the usual ones, nested ones too', async () => {
    const [, url] = feeds[0] as (typeof feeds)[0];
    const results = await read([url, { mask: 'other.example', files: [] }], {
      fields: [
        { path: 'files/MD5', kind: 'md5' },
        { path: 'IP', kind: 'ip' },
      ],
    });
    expect(
      results.map((result) => (result.ok ? result.value.indicators : result.problem.fault)),
    ).toEqual([
      [
        { kind: 'md5', value: md5.toLowerCase() },
        { kind: 'md5', value: '44d88612fea8a8f36de82e1278abb02f' },
        { kind: 'ip', value: '192.0.2.10' },
        { kind: 'ip', value: '192.0.2.11' },
      ],
      'no-indicator',
    ]);
  });

  test('what is wrong names the field as it is configured', async () => {
    const record = { mask: 'a.example', files: [{ MD5: 'xyz' }, { MD5: md5 }] };
    const results = await read([record], { fields: [{ path: 'files/MD5', kind: 'md5' }] });
    expect(results.map(({ ok }) => ok)).toEqual([true, false]);
    expect(results[1]).toMatchObject({
      problem: { reason: 'its other indicators are used: files/MD5 "xyz" is not 32 hex digits' },
    });
  });
});
