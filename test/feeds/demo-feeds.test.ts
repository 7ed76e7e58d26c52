import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { FeedRecord, Indicator } from '../../forwarder/core/index.js';
import { openFeeds, type FeedFile } from '../../forwarder/feeds/index.js';

/** The test indicators that the vendor promises to keep for ever, by feed, with their categories. */
const expected: readonly (readonly [feed: string, value: string, category: string])[] = [
  ['Malicious_URL_Data_Feed', 'fakess123.nu', 'KL_Malicious_URL'],
  ['Malicious_URL_Data_Feed', 'badb86360457963b90faac9ae17578ed.com', 'KL_Malicious_URL'],
  ['Malicious_URL_Data_Feed', 'kaspersky.com/test/wmuf', 'KL_Malicious_URL'],
  ['Phishing_URL_Data_Feed', 'fakess123ap.nu', 'KL_Phishing_URL'],
  ['Phishing_URL_Data_Feed', 'e77716a952f640b42e4371759a661663.com', 'KL_Phishing_URL'],
  ['Botnet_CnC_URL_Data_Feed', 'fakess123bn.nu', 'KL_BotnetCnC_URL'],
  ['Botnet_CnC_URL_Data_Feed', 'a7396d61caffe18a4cffbb3b428c9b60.com', 'KL_BotnetCnC_URL'],
  ['IP_Reputation_Data_Feed', '192.0.2.0', 'KL_IP_Reputation'],
  ['IP_Reputation_Data_Feed', '192.0.2.3', 'KL_IP_Reputation'],
  ['Malicious_Hash_Data_Feed', 'feaf2058298c1e174c2b79affc7cf4df', 'KL_Malicious_Hash_MD5'],
  ['Malicious_Hash_Data_Feed', '44d88612fea8a8f36de82e1278abb02f', 'KL_Malicious_Hash_MD5'],
  ['Malicious_Hash_Data_Feed', 'c912705b4bbb14ec7e78fa8b370532c9', 'KL_Malicious_Hash_MD5'],
  [
    'Mobile_Malicious_Hash_Data_Feed',
    '60300a92e1d0a55c7fdd360ee40a9dc1',
    'KL_Mobile_Malicious_Hash_MD5',
  ],
  ['Mobile_Botnet_Data_Feed', '001f6251169e6916c455495050a3fb8d', 'KL_Mobile_Botnet_Hash_MD5'],
  [
    'Mobile_Botnet_Data_Feed',
    'sdfed7233dsfg93acvbhl.su/steallallsms.php',
    'KL_Mobile_BotnetCnc_URL',
  ],
  ['P-SMS_Trojan_Data_Feed', 'ffad85c453f0f29404491d8daf0c646e', 'KL_PSMS_Hash_MD5'],
  ['Demo_Botnet_CnC_URL_Data_Feed', '5a015004f9fc05290d87e86d69c4b237.com', 'KL_BotnetCnC_URL'],
  ['Demo_Botnet_CnC_URL_Data_Feed', 'fakess123bn.nu', 'KL_BotnetCnC_URL'],
  ['Demo_IP_Reputation_Data_Feed', '192.0.2.1', 'KL_IP_Reputation'],
  ['Demo_IP_Reputation_Data_Feed', '192.0.2.3', 'KL_IP_Reputation'],
  ['Demo_Malicious_Hash_Data_Feed', '776735a8ca96db15b422879da599f474', 'KL_Malicious_Hash_MD5'],
  ['Demo_Malicious_Hash_Data_Feed', 'feaf2058298c1e174c2b79affc7cf4df', 'KL_Malicious_Hash_MD5'],
  ['Demo_Malicious_Hash_Data_Feed', '44d88612fea8a8f36de82e1278abb02f', 'KL_Malicious_Hash_MD5'],
  ['Demo_Malicious_Hash_Data_Feed', '04bffabe7980e7d84424001896d2572e', 'KL_Malicious_Hash_MD5'],
  ['Demo_Malicious_Hash_Data_Feed', '0f9cce3ea0edfd6f41ff8a769f721631', 'KL_Malicious_Hash_MD5'],
  ['Demo_Malicious_Hash_Data_Feed', 'e9a6b1346d1a2447cabb980f3cc5dd27', 'KL_Malicious_Hash_MD5'],
  ['Ransomware_URL_Data_Feed', 'fakess123r.nu', 'KL_Ransomware_URL'],
  ['APT_URL_Data_Feed', 'b046f5b25458638f6705d53539c79f62.com', 'KL_APT_URL'],
  ['APT_Hash_Data_Feed', '7a2e65a0f70ee0615ec0ca34240cf082', 'KL_APT_Hash_MD5'],
  ['APT_IP_Data_Feed', '192.0.2.4', 'KL_APT_IP'],
  ['IoT_URL_Data_Feed', 'e593461621ee0f9134c632d00bf108fd.com/.i', 'KL_IoT_URL'],
  ['Vulnerability_Data_Feed', 'd8c1f5b4ad32296649ff46027177c594', 'KL_Vulnerability_Hash_MD5'],
  ['ICS_Hash_Data_Feed', '7a8f30b40c6564eff95e678f7c43346c', 'KL_ICS_Hash_MD5'],
];

const repository = fileURLToPath(new URL('../../', import.meta.url));
const records = new Map<string, FeedRecord[]>();
const files = new Map<string, FeedFile>();

beforeAll(async () => {
  const feeds = await openFeeds([{ path: 'verification/feeds/*.json' }], [], {
    baseDirectory: repository,
  });
  for (const file of feeds) {
    files.set(file.info.name, file);
    const found: FeedRecord[] = [];
    for await (const result of file.read()) {
      if (!result.ok) throw new Error(`${file.info.name}: ${JSON.stringify(result.problem)}`);
      found.push(result.value);
    }
    records.set(file.info.name, found);
  }
});

function recordWith(feed: string, value: string): [FeedRecord, Indicator] {
  for (const record of records.get(feed) ?? []) {
    const indicator = record.indicators.find((candidate) => candidate.value === value);
    if (indicator !== undefined) return [record, indicator];
  }
  throw new Error(`${feed} has no ${value}`);
}

describe('the demo feeds', () => {
  test.each(expected)('%s holds %s, which is %s', (feed, value, category) => {
    const [record, { kind }] = recordWith(feed, value);
    expect(files.get(feed)?.info.categories[kind]).toBe(category);
    expect(record.context.length).toBeGreaterThan(1);
  });

  test('are the feeds of the table and no others, and their records hold nothing else', () => {
    const feeds = [...new Set(expected.map(([feed]) => feed))].sort();
    expect([...records.keys()].sort()).toEqual(feeds);
    for (const feed of feeds) {
      const wanted = expected.filter(([name]) => name === feed).length;
      expect([feed, records.get(feed)?.length]).toEqual([feed, wanted]);
    }
  });

  test('have full confidence and are detected', () => {
    for (const { info } of files.values()) {
      expect([info.name, info.confidence, info.role]).toEqual([info.name, 100, 'detect']);
    }
  });

  test('give 192.0.2.1 the context that the tutorial prints', () => {
    const [{ context }] = recordWith('Demo_IP_Reputation_Data_Feed', '192.0.2.1');
    expect(context.map((field) => field.join('=')).join(' ')).toBe(
      'category=test first_seen=01.01.2017 00:00 ip=192.0.2.1 ip_geo=ru last_seen=16.07.2020 10:02 popularity=1 threat_score=75',
    );
  });

  test('give the mobile botnet mask the context that the DSM guide prints', () => {
    const mask = 'sdfed7233dsfg93acvbhl.su/steallallsms.php';
    const [{ context }] = recordWith('Mobile_Botnet_Data_Feed', mask);
    expect(context.map((field) => field.join('=')).join(' ')).toBe(
      `mask=${mask} type=2 first_seen=04.01.2016 16:40 last_seen=27.01.2016 10:46 popularity=5`,
    );
  });
});
