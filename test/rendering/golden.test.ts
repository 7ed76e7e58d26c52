import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from '@jest/globals';

import type { ContextField, Observable } from '../../forwarder/core/index.js';
import {
  evaluationOutcome,
  statusOutcome,
  verificationContext,
} from '../../forwarder/detection/index.js';
import { contextOf } from '../../forwarder/feeds/record-context.js';
import {
  detectedAtMs,
  detectionOf,
  feedNamed,
  golden,
  lineOf,
  rendererWith,
  repository,
} from './support.js';
import type { SampleDetection } from './support.js';

const renderer = rendererWith();

function renderDetection(sample: SampleDetection): string {
  return lineOf(renderer.render({ kind: 'detect', detection: detectionOf(sample) }));
}

/** The context of one record of a feed under verification/feeds, found by one of its fields. */
function recordOf(feed: string, field: string, value: string): readonly ContextField[] {
  const file = join(repository, 'verification/feeds', `${feed}.json`);
  const records = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>[];
  const record = records.find((each) => each[field] === value);
  if (record === undefined) throw new Error(`${feed} has no record with ${field} ${value}`);
  return contextOf(record);
}

describe("the DSM guide's printed sample event", () => {
  const text = 'example.com/steal/all.php?id=1';
  const line = renderDetection({
    feed: feedNamed('Mobile_Botnet_Data_Feed'),
    observable: {
      kind: 'url',
      rule: 'RE_URL',
      text,
      value: text,
      host: 'example.com',
      hostText: 'example.com',
    },
    indicator: { kind: 'url', value: 'example.com/steal/*' },
    values: { RE_URL: text, RE_USERNAME: 'TestUser' },
    context: contextOf({
      mask: 'example.com/steal/*',
      type: 2,
      first_seen: '04.01.2016 16:40',
      last_seen: '27.01.2016 10:46',
      popularity: 5,
    }),
  });

  test('is reproduced, byte for byte as we write it', () => {
    expect([line]).toEqual(golden('guide-sample.leef'));
  });

  test('has all its pairs, in its order', () => {
    const printed = [
      `url=${text}`,
      'md5=-',
      'sha1=-',
      'sha256=-',
      'usrName=TestUser',
      'mask=example.com/steal/*',
      'type=2',
      'first_seen=04.01.2016 16:40',
      'last_seen=27.01.2016 10:46',
      'popularity=5',
    ];
    const pairs = line.split('|').slice(5).join('|').split('\t');
    expect(pairs.filter((pair) => printed.includes(pair))).toEqual(printed);
    expect(line).toContain(
      'KL_Threat_Feed_Service_V2 LEEF:1.0|Kaspersky Lab|Threat Feed Service|2.0|KL_Mobile_BotnetCnc_URL|',
    );
  });
});

test('records of the demo feeds', () => {
  const hash: Observable = {
    kind: 'md5',
    rule: 'RE_MD5',
    text: 'feaf2058298c1e174c2b79affc7cf4df',
    value: 'feaf2058298c1e174c2b79affc7cf4df',
  };
  const lines = [
    renderDetection({
      context: recordOf('Malicious_URL_Data_Feed', 'mask', 'fakess123.nu'),
      values: {
        RE_URL: 'http://fakess123.nu/x',
        RE_USERNAME: 'VerificationTestUserName',
        SRC_IP: '192.0.2.50',
        DST_IP: '192.0.2.51',
        DEV_TIME: '1752142212000',
      },
    }),
    renderDetection({
      feed: feedNamed('IP_Reputation_Data_Feed'),
      observable: { kind: 'ip', rule: 'RE_IP', text: '192.0.2.0', value: '192.0.2.0' },
      indicator: { kind: 'ip', value: '192.0.2.0' },
      context: recordOf('IP_Reputation_Data_Feed', 'ip', '192.0.2.0'),
    }),
    renderDetection({
      feed: feedNamed('Malicious_Hash_Data_Feed'),
      observable: hash,
      indicator: { kind: 'md5', value: hash.value },
      context: recordOf('Malicious_Hash_Data_Feed', 'MD5', hash.value.toUpperCase()),
    }),
    renderDetection({
      feed: feedNamed('Mobile_Botnet_Data_Feed'),
      observable: {
        kind: 'url',
        rule: 'RE_URL',
        text: 'sdfed7233dsfg93acvbhl.su/steallallsms.php',
        value: 'sdfed7233dsfg93acvbhl.su/steallallsms.php',
        host: 'sdfed7233dsfg93acvbhl.su',
        hostText: 'sdfed7233dsfg93acvbhl.su',
      },
      context: recordOf(
        'Mobile_Botnet_Data_Feed',
        'mask',
        'sdfed7233dsfg93acvbhl.su/steallallsms.php',
      ),
    }),
  ];
  expect(lines).toEqual(golden('demo-records.leef'));
});

test('status and evaluation messages', () => {
  const outcomes = [
    statusOutcome('KL_ALERT_ServiceStarted', [], detectedAtMs, 1),
    statusOutcome(
      'KL_ALERT_UpdatedFeed',
      [
        ['feed', 'Phishing_URL_Data_Feed'],
        ['records', '200473'],
      ],
      detectedAtMs,
      2,
    ),
    statusOutcome(
      'KL_ALERT_FailedToUpdateFeed',
      [
        ['feed', 'Phishing_URL_Data_Feed'],
        ['error', 'not an array:\nline 1'],
      ],
      detectedAtMs,
      3,
    ),
    evaluationOutcome('KL_EVALUATION_Verification', verificationContext(21, 0), detectedAtMs, 1),
  ];
  expect(outcomes.map((outcome) => lineOf(renderer.render(outcome)))).toEqual(
    golden('notices.leef'),
  );
});

test('with leef.cat every message says its type', () => {
  const withCat = rendererWith({ cat: true });
  const outcomes = [
    { kind: 'detect' as const, detection: detectionOf() },
    statusOutcome('KL_ALERT_ServiceStarted', [], detectedAtMs, 1),
    evaluationOutcome('LookupFinished', [], detectedAtMs, 1),
  ];
  const lines = outcomes.map((outcome) => lineOf(withCat.render(outcome)));
  expect(lines).toEqual(golden('with-cat.leef'));
});
