import { describe, expect, test } from '@jest/globals';

import { judgeConsole } from '../../../verification/console/judge-console.js';
import { sortRunEvents } from '../../../verification/console/run-events.js';
import { namingOf } from '../../../verification/console/index.js';
import { detectionRow, mark, read, rowOf, testRow } from './support.js';

const keys = {
  mark,
  verification: { identifier: 'KL_Verification_Tool', names: [] },
  detections: { identifier: 'KL_Threat_Feed_Service_V2', names: ['Our detections'] },
};
const table = 'guide' as const;
const expected = {
  feeds: new Map([
    ['Malicious_URL', [{ indicator: 'http://a.test', event: 'KL_Malicious_URL', table }]],
    ['Demo_URL', [{ indicator: 'http://a.test', event: 'KL_Malicious_URL', table }]],
  ]),
  clean: ['clean.test'],
};
const sentKeys = new Set(['a.test', 'clean.test']);

function resultsOf(
  rows: readonly Readonly<Record<string, unknown>>[],
  feeds: readonly string[] = ['Malicious_URL'],
) {
  const { detections } = sortRunEvents(rows.map(read), keys);
  const judged = judgeConsole({ expected, sentKeys, detections, feedPatterns: feeds });
  return judged.rows.map(({ result }) => result);
}

const detection = (told = {}) => detectionRow('KL_Malicious_URL', 'http://a.test', told);

describe('what became of an expected detection', () => {
  test.each<[what: string, told: Parameters<typeof detectionRow>[2], result: string]>([
    ['as the catalogue has it', {}, 'pass'],
    [
      'under a log source of another name with our identifier',
      { logSource: 'Our detections' },
      'pass',
    ],
    [
      'under the log source JSA made',
      { logSource: 'UniversalLEEF @ KL_Threat_Feed_Service_V2' },
      'pass',
    ],
    ['without a mapping', { eventName: 'Unknown', category: 'Unknown' }, 'Unknown'],
    ['not read', { eventName: 'Stored', category: 'Stored' }, 'Stored'],
    [
      'without a log source',
      {
        logSource: 'SIM Generic Log DSM-7 :: jsa',
        type: 'SIM Generic Log DSM',
        category: 'Stored',
      },
      'Stored',
    ],
    ['under another log source', { logSource: 'Linux @ host' }, 'wrong log source'],
    ['with a name of somebody', { eventName: 'Bad URL' }, 'wrong name'],
    ['in another category', { category: 'Botnet Address' }, 'wrong category'],
    ['with another severity', { severity: 3 }, 'wrong severity'],
    ["with the event's own severity", { severity: 3, attributes: { sev: '3' } }, 'pass'],
    [
      "named by the vendor's DSM",
      { type: 'Kaspersky CyberTrace', eventName: 'Malicious URL', category: 'Suspicious Address' },
      'pass',
    ],
    [
      "unknown to the vendor's DSM",
      { type: 'Kaspersky CyberTrace', eventName: 'Unknown', category: 'Unknown' },
      'Unknown',
    ],
  ])('%s', (_what, told, result) => {
    expect(resultsOf([detection(told)])).toEqual([result]);
  });

  test('not there', () => {
    expect(resultsOf([])).toEqual(['MISS']);
    expect(resultsOf([testRow('http://a.test')])).toEqual(['MISS']);
  });

  test('two feeds need two events; a message that was sent again is one', () => {
    const feeds = ['Malicious_URL', 'Demo_URL'];
    expect(resultsOf([detection()], feeds)).toEqual(['pass', 'MISS']);
    expect(resultsOf([detection(), detection()], feeds)).toEqual(['pass', 'pass']);
    const again = detection({ attributes: { msgId: 'm1' } });
    expect(resultsOf([again, again], feeds)).toEqual(['pass', 'MISS']);
  });

  test('each row shows an event of its own, the well-placed one first', () => {
    const unknown = detection({ eventName: 'Unknown', category: 'Unknown', logSource: 'Other' });
    const feeds = ['Malicious_URL', 'Demo_URL'];
    expect(resultsOf([unknown, detection()], feeds)).toEqual(['pass', 'Unknown']);
  });
});

describe('the events of a run', () => {
  test('are told from those of other runs and other addresses', () => {
    const found = sortRunEvents(
      [
        detection(),
        detection({ attributes: { src: '198.18.7.90' } }),
        testRow('x.test'),
        testRow('x.test', { attributes: { vid: 'another run' } }),
        rowOf('KL_ALERT_ServiceStarted'),
        { payload_text: 'no event at all 198.18.7.9' },
        {},
      ].map(read),
      keys,
    );
    expect(found.detections.own).toHaveLength(1);
    expect(found.detections.elsewhere).toHaveLength(0);
    expect(found.verification.own).toHaveLength(1);
  });

  test('a test event that another log source claims, or none', () => {
    const generic = { logSource: 'SIM Generic Log DSM-7', type: 'SIM Generic Log DSM' };
    const { verification } = sortRunEvents(
      [testRow('a', { logSource: 'Other' }), testRow('b', generic)].map(read),
      keys,
    );
    expect(verification.own).toEqual([]);
    expect(verification.elsewhere.map(({ logSourceName }) => logSourceName)).toEqual(['Other']);
    expect(verification.generic.map(namingOf)).toEqual(['stored']);
  });
});
