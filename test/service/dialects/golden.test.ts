import { readdirSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from '@jest/globals';

import { decodeLeef } from '../../../dsm/leef/decode.js';
import { notices, samples } from './samples.js';
import { configured, dialectOf, expectedLines, patternDialects, repository } from './support.js';

const loaded = await configured();

describe.each(patternDialects())('templates/%s', (name) => {
  const linesOf = async (list: typeof samples) => {
    const { renderer } = await dialectOf(loaded, name);
    return list.map(({ outcome }) => renderer.render(outcome).body);
  };

  test('writes its golden lines', async () => {
    expect(await linesOf(samples)).toEqual(expectedLines(name, 'detections.txt'));
    expect(await linesOf(notices)).toEqual(expectedLines(name, 'notices.txt'));
    const folder = join(repository, 'templates', name, 'expected');
    expect(readdirSync(folder).sort()).toEqual(['detections.txt', 'notices.txt']);
  });

  test('makes one line of everything', async () => {
    for (const line of await linesOf([...samples, ...notices])) {
      expect(line).not.toMatch(/[\u0000-\u0008\u000a-\u001f\u007f\u2028\u2029]/);
    }
  });
});

/** What the vendor's pages and tutorials print, word for word. */
test.each([
  [
    'cybertrace-4',
    'tutorial',
    '- category=KL_IP_Reputation matchedIndicator=192.0.2.1 url=- src=- ip=192.0.2.1 md5=- sha1=- sha256=- usrName=- confidence=100 category=test first_seen=01.01.2017 00:00 ip=192.0.2.1 ip_geo=ru last_seen=16.07.2020 10:02 popularity=1 threat_score=75',
  ],
  ['cybertrace-4', 'finished', 'LookupFinished'],
  [
    'cybertrace-3.1',
    'updated-feed',
    'Apr 16 09:05:41 alert=KL_ALERT_UpdatedFeed feed=Phishing_URL_Data_Feed.json records=200473',
  ],
  [
    'mcafee-esm',
    'mcafee',
    'Kaspersky CyberTrace Detection Event| date=Oct 12 16:13:23 reason=KL_BotnetCnC_URL detected=http://fakess123bn.nu act=REQUEST_URL dst=192.168.1.0 src=192.168.2.0 hash=776735A8CA96DB15B422879DA599F474 request=http://fakess123bn.nu dvc=192.168.3.0 sourceServiceName=FireWall suser=UserName msg:popularity=5 geo=vn, in, mx threat=Trojan.Win32.Waldek',
  ],
])('%s writes the printed sample "%s"', async (dialect, sample, printed) => {
  const { renderer } = await dialectOf(loaded, dialect);
  const found = [...samples, ...notices].find(({ name }) => name === sample);
  expect(found && renderer.render(found.outcome).body).toBe(printed);
});

test('the printed samples of versions 1 and 2.0, but for what they leave out', () => {
  expect(expectedLines('log-scanner-v1', 'detections.txt')[2]).toMatch(
    /^- KL_Data_Feed_Service_v1 LEEF:1\.0\|Kaspersky Lab\|SIEM Service\|1\.0\|KL_Malicious_URL\|url=malicious_domain_21\.com\/folder\/load\.php\?\| IP=91\.202\.63\.117, 196\.254\.10\.200 first_seen=\S+ \S+ geo=ru, ua, kz id=9491494 last_seen=.* mask=.* popularity=\d type=21$/,
  );
  // The sample has blanks where a reader of LEEF 1.0 wants TABs.
  expect(expectedLines('qradar', 'detections.txt')[1]?.replaceAll('\t', ' ')).toBe(
    'Jul 10 10:10:14 KL_Threat_Feed_Service_v2 LEEF:1.0|Kaspersky Lab|Threat Feed Service|2.0|KL_Mobile_BotnetCnc_URL|url=example.com/steal/all.php?id=1 md5=- sha1=- sha256=- usrName=TestUser mask=example.com/steal/* type=2 first_seen=04.01.2016 16:40 last_seen=27.01.2016 10:46 popularity=5',
  );
});

test('what QRadar gets reads back as LEEF, whatever the values hold', () => {
  const keys = expectedLines('qradar', 'detections.txt').map((line) => {
    const decoded = decodeLeef(line);
    if (!decoded.ok) throw new Error(`no LEEF: ${line}`);
    const { prefix, product, version, eventId, attributes } = decoded.event;
    expect(prefix).toMatch(/^\w{3} +\d+ [\d:]{8} KL_Threat_Feed_Service_v2 $/);
    expect([product, version]).toEqual(['Threat Feed Service', '2.0']);
    expect(eventId).toMatch(/^KL_[A-Za-z_]+$/);
    return [...attributes.keys()];
  });
  expect(keys.at(-1)).toEqual(['url', 'md5', 'sha1', 'sha256', 'usrName', 'na_me_1', 'mask']);
});

test("Splunk's words are there, and KUMA's fields cannot be forged", () => {
  for (const line of expectedLines('splunk', 'detections.txt')) {
    expect(line).toContain('eventName=');
    expect(line).toContain('matchedIndicator=');
  }
  const fields = expectedLines('kuma', 'detections.txt').at(-1)?.split('|');
  expect(fields?.map((field) => field.split('=')[0])).toEqual([
    'Category',
    'MatchedIndicator',
    'na%7Cme%3D1',
    'mask',
  ]);
});
