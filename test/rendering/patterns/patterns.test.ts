import { describe, expect, test } from '@jest/globals';

import type { Observable } from '../../../forwarder/core/index.js';
import {
  evaluationOutcome,
  finishedContext,
  statusOutcome,
  verificationContext,
} from '../../../forwarder/detection/index.js';
import { detectedAtMs, feedNamed } from '../support.js';
import { ipObservable, lineWith, patternsWith } from './support.js';

const hash: Observable = { kind: 'sha1', rule: 'MY_HASH', text: 'AA11', value: 'aa11' };

describe('patterns of a detection', () => {
  test.each([
    ['%Category%', 'KL_Malicious_URL'],
    ['%EVENT%', 'KL_Malicious_URL'],
    ['%MatchedIndicator%', 'http://fakess123.nu/x'],
    ['%RE_URL%', 'http://fakess123.nu/x'],
    ['%Confidence%', '75'],
    ['%SourceId%', 'proxy'],
    ['%IndicatorInfo%', '-'],
    ['%Date%', 'Jul 10 10:10:14'],
    ['%DATE%', 'Jul 10 10:10:14'],
    ['%Alert%', '-'],
    ['%ParamName%', '-'],
    ['%MY_RULE%', 'mine'],
    ['%my_rule%', '-'],
    ['%category%', '-'],
    ['%Nothing%', '-'],
    ['%RecordContext%', ' mask=fakess123.nu type=2'],
    ['x%ActionableFields%', 'x cn1:one;two cn2:three'],
    [
      '%CONTEXT%',
      'url=http://fakess123.nu/x md5=- sha1=- sha256=- usrName=- mask=fakess123.nu type=2',
    ],
    ['100% of %Category%%', '100% of KL_Malicious_URL%'],
    ['%%Category%%', '%KL_Malicious_URL%'],
    ['% Category% %7C%', '% Category% %7C%'],
    ['%Category', '%Category'],
  ])('%s gives %s', (eventFormat, expected) => {
    const line = lineWith(
      { eventFormat },
      {
        feed: feedNamed('Malicious_URL_Data_Feed', 75),
        source: 'proxy',
        values: { RE_URL: 'http://fakess123.nu/x', MY_RULE: 'mine' },
        context: [
          ['type', '2'],
          ['mask', 'fakess123.nu'],
        ],
        actionable: [
          ['cn1', 'one'],
          ['cn2', 'three'],
          ['cn1', 'two'],
        ],
      },
    );
    expect(line).toBe(expected);
  });

  test('without context and actionable fields nothing stands there', () => {
    expect(lineWith({ eventFormat: '[%RecordContext%|%ActionableFields%]' })).toBe('[|]');
  });
});

describe('what was detected stands under the name of its kind', () => {
  const eventFormat = '%RE_URL% %RE_IP% %RE_MD5% %RE_SHA1% %RE_HASH%';

  test('found by a rule of another name', () => {
    const sample = { observable: hash, values: { MY_HASH: 'AA11', RE_MD5: 'bb22' } };
    expect(lineWith({ eventFormat }, sample)).toBe('- - bb22 AA11 AA11');
  });

  test('but the rule of that name goes first', () => {
    const sample = { observable: { ...ipObservable, rule: 'DST' }, values: { RE_IP: '192.0.2.9' } };
    expect(lineWith({ eventFormat }, sample)).toBe('- 192.0.2.9 - - -');
  });

  test('the first hash of the event where none was detected', () => {
    const sample = { observable: ipObservable, values: { RE_SHA256: 'cc', RE_SHA1: 'dd' } };
    expect(lineWith({ eventFormat }, sample)).toBe('- 192.0.2.1 - dd dd');
  });

  test('a domain stands as a URL', () => {
    const domain: Observable = {
      kind: 'domain',
      rule: 'RE_DOMAIN',
      text: 'Bad.Example',
      value: 'bad.example',
    };
    expect(lineWith({ eventFormat }, { observable: domain })).toBe('Bad.Example - - - -');
    const another = { observable: ipObservable, values: { RE_DOMAIN: 'bad.example' } };
    expect(lineWith({ eventFormat }, another)).toBe('bad.example 192.0.2.1 - - -');
  });

  test('a user name goes by two names; others stand for themselves only', () => {
    const sample = { values: { RE_USERNAME: 'TestUser', DST_IP: '192.0.2.7' } };
    const line = lineWith({ eventFormat: '%UserName% %DST_IP% %DeviceIp% %Device%' }, sample);
    expect(line).toBe('TestUser 192.0.2.7 - -');
    expect(
      lineWith({ eventFormat: '%UserName%' }, { values: { UserName: 'x', RE_USERNAME: 'y' } }),
    ).toBe('x');
  });
});

test('a summary says how many detections it stands for', () => {
  const summary = { count: 7, firstAtMs: 1_752_142_200_000, lastAtMs: 1_752_142_214_000 };
  expect(lineWith({ eventFormat: '%Category%%RecordContext%' }, { summary })).toBe(
    'KL_Malicious_URL count=7 firstTime=1752142200000 lastTime=1752142214000',
  );
});

describe('status, evaluation and finished', () => {
  const updated = statusOutcome(
    'KL_ALERT_UpdatedFeed',
    [
      ['feed', 'Phishing_URL_Data_Feed.json'],
      ['records', '200473'],
    ],
    Date.UTC(2026, 3, 6, 9, 5, 41),
    1,
  );
  const finished = evaluationOutcome(
    'LookupFinished',
    finishedContext(new Map([['KL_Malicious_URL', 2]])),
    detectedAtMs,
    2,
  );

  test('a status event is written in AlertFormat, a day below ten with a blank', () => {
    expect(patternsWith({}).render(updated).body).toBe(
      'Apr  6 09:05:41 alert=KL_ALERT_UpdatedFeed feed=Phishing_URL_Data_Feed.json records=200473',
    );
    const alertFormat = '%EVENT%|%CONTEXT% %Category% %RE_IP%';
    expect(patternsWith({ alertFormat }).render(updated).body).toBe(
      'KL_ALERT_UpdatedFeed|feed=Phishing_URL_Data_Feed.json records=200473 - -',
    );
  });

  test('so is the outcome of a verification run', () => {
    const outcome = evaluationOutcome(
      'KL_EVALUATION_Verification',
      verificationContext(3, 0),
      detectedAtMs,
      1,
    );
    expect(patternsWith({}).render(outcome).body).toBe(
      'Jul 10 10:10:14 alert=KL_EVALUATION_Verification result=passed passed=3 failed=0',
    );
  });

  test('LookupFinished with its fields, and values of the event', () => {
    const plain = patternsWith({});
    expect(plain.render(finished).body).toBe('LookupFinished');
    expect(plain.usesEventValuesInFinished).toBe(false);
    const full = patternsWith({ finishedEventFormat: '%REQ% %DATE%%RecordContext% %Category%' });
    expect(full.usesEventValuesInFinished).toBe(true);
    expect(full.render({ ...finished, values: new Map([['REQ', '17']]) }).body).toBe(
      '17 Jul 10 10:10:14 event=LookupFinished sent_events=2 total=KL_Malicious_URL:2; -',
    );
    expect(full.render(finished).body).toMatch(/^- Jul/);
    expect(patternsWith({ finishedEventFormat: '%Date%%CONTEXT%' }).usesEventValuesInFinished).toBe(
      false,
    );
  });

  test('ids are those of the templates; an empty format gives nothing', () => {
    const renderer = patternsWith({ alertFormat: '', runId: 'run' });
    const message = renderer.render(updated);
    expect(message).toMatchObject({ id: expect.stringMatching(/^s-\w+-1-run$/), body: '' });
  });
});

test('%Date% is in the zone asked for', () => {
  const line = (timeZone: 'local' | 'utc') => lineWith({ eventFormat: '%Date%', timeZone });
  const local = new Date(detectedAtMs);
  const two = (value: number) => String(value).padStart(2, '0');
  expect(line('utc')).toBe('Jul 10 10:10:14');
  expect(line('local').slice(-8)).toBe(
    `${two(local.getHours())}:${two(local.getMinutes())}:${two(local.getSeconds())}`,
  );
});

describe('formats that cannot be used', () => {
  test.each([
    [{ eventFormat: '' }, 'eventFormat', /empty/],
    [{ eventFormat: '\r\n' }, 'eventFormat', /empty/],
    [{ alertFormat: 'a\nb' }, 'alertFormat', /line break/],
    [{ recordFieldContextFormat: ' %ParamName%\u2028' }, 'recordFieldContextFormat', /line break/],
    [{ finishedEventFormat: 'x'.repeat(600), maxBodyBytes: 512 }, 'finishedEventFormat', /longer/],
  ])('%j', (options, name, message) => {
    expect(() => patternsWith(options)).toThrow(
      expect.objectContaining({
        code: 'TF_TEMPLATE',
        where: `test ${name}`,
        message: expect.stringMatching(message),
      }),
    );
  });

  test('line breaks around a format, as XML brings them, are left out', () => {
    expect(lineWith({ eventFormat: '\n%Category%\r\n' })).toBe('KL_Malicious_URL');
  });
});
