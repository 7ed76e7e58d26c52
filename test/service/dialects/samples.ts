import type { Detection, EventValues, Observable, Outcome } from '../../../forwarder/core/index.js';
import {
  evaluationOutcome,
  finishedContext,
  statusOutcome,
  verificationContext,
} from '../../../forwarder/detection/index.js';
import { contextOf } from '../../../forwarder/feeds/record-context.js';
import { detectionOf, feedNamed } from '../../rendering/support.js';

/**
 * What is rendered in every dialect: outcomes made from the samples that the vendor's pages and
 * tutorials print, and what those leave out.
 */
export interface Sample {
  readonly name: string;
  readonly outcome: Outcome;
}

interface SampleRecord {
  readonly feed: string;
  readonly observable: Observable;
  readonly record: Readonly<Record<string, unknown>>;
  readonly values?: Readonly<Record<string, string>>;
  readonly actionable?: Detection['match']['actionable'];
  readonly atMs?: number;
}

function url(text: string): Observable {
  const value = text.replace(/^https?:\/\//, '');
  const [host = ''] = value.split('/');
  return { kind: 'url', rule: 'RE_URL', text, value, host, hostText: host };
}

function detected(name: string, sample: SampleRecord): Sample {
  const { observable, feed, values = {} } = sample;
  const { kind, rule, text, value } = observable;
  const detection = detectionOf({
    feed: feedNamed(feed),
    observable,
    indicator: { kind, value },
    context: contextOf(sample.record),
    values: { [rule]: text, ...values },
  });
  const { match, detectedAtMs } = detection;
  return {
    name,
    outcome: {
      kind: 'detect',
      detection: {
        ...detection,
        detectedAtMs: sample.atMs ?? detectedAtMs,
        match: { ...match, actionable: sample.actionable },
      },
    },
  };
}

const noticeAtMs = Date.UTC(2026, 3, 16, 9, 5, 41);
const finishedValues: EventValues = new Map([['RE_IP', '192.0.2.1']]);

export const samples: readonly Sample[] = [
  // The tutorial on programs that send events: the reply to 192.0.2.1.
  detected('tutorial', {
    feed: 'Demo_IP_Reputation_Data_Feed',
    observable: { kind: 'ip', rule: 'RE_IP', text: '192.0.2.1', value: '192.0.2.1' },
    record: {
      ip: '192.0.2.1',
      threat_score: 75,
      category: 'test',
      first_seen: '01.01.2017 00:00',
      last_seen: '16.07.2020 10:02',
      popularity: 1,
      ip_geo: 'ru',
    },
  }),
  // The DSM guide's sample of version 2.0.
  detected('dsm-guide', {
    feed: 'Mobile_Botnet_Data_Feed',
    observable: url('example.com/steal/all.php?id=1'),
    values: { RE_USERNAME: 'TestUser' },
    record: {
      mask: 'example.com/steal/*',
      type: 2,
      first_seen: '04.01.2016 16:40',
      last_seen: '27.01.2016 10:46',
      popularity: 5,
    },
  }),
  // The page on Log Scanner, version 1.
  detected('log-scanner', {
    feed: 'Malicious_URL_Data_Feed',
    observable: url('malicious_domain_21.com/folder/load.php?'),
    record: {
      id: 9491494,
      mask: 'malicious_domain_21.com/folder/load.php?*',
      type: 21,
      first_seen: '09.04.2014 16:42',
      last_seen: '13.12.2015 08:43',
      popularity: 5,
      geo: ['ru', 'ua', 'kz'],
      IP: ['91.202.63.117', '196.254.10.200'],
    },
  }),
  // CyberTrace help, page 183378.
  detected('mcafee', {
    feed: 'Botnet_CnC_URL_Data_Feed',
    observable: url('http://fakess123bn.nu'),
    values: {
      RE_IP: '192.168.1.0',
      SRC_IP: '192.168.2.0',
      RE_MD5: '776735A8CA96DB15B422879DA599F474',
      RE_USERNAME: 'UserName',
      DeviceAction: 'REQUEST_URL',
      DeviceIp: '192.168.3.0',
      Device: 'FireWall',
    },
    record: { popularity: 5, geo: ['vn', 'in', 'mx'], threat: 'Trojan.Win32.Waldek' },
    atMs: Date.UTC(2018, 9, 12, 16, 13, 23),
  }),
  detected('nested', {
    feed: 'Phishing_URL_Data_Feed',
    observable: url('https://abid-sh84.github.io/netflixclone/'),
    values: { Id: '42', Product: 'Proxy', DST_IP: '203.0.113.9', RE_DATE: 'Jul 10 10:10:12' },
    record: {
      id: 107722881,
      mask: 'abid-sh84.github.io/netflixclone/*',
      whois: { domain: 'github.io', created: '08.03.2013', NS: ['a.example', 'b.example'] },
      attack_type: 'Phishing',
    },
    actionable: [
      ['cs1', 'abid-sh84.github.io/netflixclone/*'],
      ['cs2', 'github.io'],
      ['cs2', 'github.com'],
    ],
  }),
  // Whatever an event and a feed may hold: nothing of it begins a field or a line.
  detected('hostile', {
    feed: 'Malicious_URL_Data_Feed',
    observable: url('http://a.example/?x=1|suser=root;act=none %Category%'),
    values: { RE_USERNAME: 'a\tb\ncat=1\u2028<b>"\'&\\' },
    record: { 'na|me=1': 'v|w=1;z', mask: 'LEEF:1.0|a|b|c|d|e=f' },
  }),
];

/** What is not a detection, with the file that its lines stand in. */
export const notices: readonly Sample[] = [
  // CyberTrace help, page 197106.
  {
    name: 'updated-feed',
    outcome: statusOutcome(
      'KL_ALERT_UpdatedFeed',
      [
        ['feed', 'Phishing_URL_Data_Feed.json'],
        ['records', '200473'],
      ],
      noticeAtMs,
      1,
    ),
  },
  { name: 'started', outcome: statusOutcome('KL_ALERT_ServiceStarted', [], noticeAtMs, 2) },
  {
    name: 'verification',
    outcome: evaluationOutcome(
      'KL_EVALUATION_Verification',
      verificationContext(21, 0),
      noticeAtMs,
      1,
    ),
  },
  {
    name: 'finished',
    outcome: {
      ...evaluationOutcome(
        'LookupFinished',
        finishedContext(new Map([['KL_IP_Reputation', 1]])),
        noticeAtMs,
        2,
      ),
      values: finishedValues,
    },
  },
];
