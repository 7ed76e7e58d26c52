import { expect, test } from '@jest/globals';

import {
  evaluationOutcome,
  finishedContext,
  statusOutcome,
  verificationContext,
} from '../../forwarder/detection/index.js';

test('a status outcome carries its context, time and number', () => {
  expect(statusOutcome('KL_ALERT_OutdatedFeed', [['feed', 'x']], 5, 7)).toEqual({
    kind: 'status',
    event: 'KL_ALERT_OutdatedFeed',
    context: [['feed', 'x']],
    atMs: 5,
    number: 7,
  });
});

test('a verification run is an evaluation with its counts', () => {
  expect(evaluationOutcome('KL_EVALUATION_Verification', verificationContext(19, 2), 5, 1)).toEqual(
    {
      kind: 'evaluation',
      event: 'KL_EVALUATION_Verification',
      context: [
        ['result', 'failed'],
        ['passed', '19'],
        ['failed', '2'],
      ],
      atMs: 5,
      number: 1,
    },
  );
  expect(verificationContext(19, 0)[0]).toEqual(['result', 'passed']);
});

test('LookupFinished counts what was sent, in all and by category', () => {
  const sent = new Map([
    ['KL_Malicious_URL', 2],
    ['KL_IP_Reputation', 1],
  ]);
  expect(finishedContext(sent)).toEqual([
    ['sent_events', '3'],
    ['total', 'KL_Malicious_URL:2;KL_IP_Reputation:1;'],
  ]);
  expect(finishedContext(new Map())).toEqual([
    ['sent_events', '0'],
    ['total', ''],
  ]);
});
