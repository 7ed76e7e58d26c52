import { describe, expect, test } from '@jest/globals';

import { adviceOf } from '../../../verification/console/index.js';
import type { Evidence, ServiceEvidence } from '../../../verification/console/index.js';

const nowhere = { own: 0, generic: 0, elsewhere: 0, elsewhereNames: [], merged: 0 };
const all = { ...nowhere, own: 38 };
const answers = {
  kind: 'answers',
  received: 38,
  found: 37,
  indicators: 40,
  isDelivering: true,
} as const;

/** A run in which everything came. */
const whole: Evidence = {
  identifier: 'KL_Threat_Feed_Service_V2',
  verificationIdentifier: 'KL_Verification_Tool',
  collector: 'tcp://192.0.2.10:514',
  events: 38,
  sent: 38,
  verification: all,
  detections: { ...nowhere, own: 37 },
  results: { pass: 37 },
  service: answers,
};

const noneCame = { detections: nowhere, results: { MISS: 37 } } as const;
type Answers = Extract<ServiceEvidence, { readonly kind: 'answers' }>;
const service = (more: Partial<Answers>): ServiceEvidence => ({ ...answers, ...more });

describe('the step that must be missing, by where the events were last seen', () => {
  test('nothing when all came', () => {
    expect(adviceOf(whole)).toEqual([]);
  });

  test.each<[what: string, evidence: Partial<Evidence>, step: string, words: RegExp]>([
    [
      'no test event in JSA',
      { ...noneCame, verification: nowhere },
      'event collector',
      /38 of 38 test events were sent to tcp:\/\/192\.0\.2\.10:514, and none is in JSA.*firewall.*KL_Verification_Tool.*deployed/,
    ],
    [
      'the collector hung up in between',
      { sent: 11, verification: { ...nowhere, own: 11 } },
      'event collector',
      /took only 11 of 38/,
    ],
    [
      'test events without a log source',
      { verification: { ...nowhere, generic: 38 } },
      'log source of the test events',
      /38 test events lie under SIM Generic Log.*KL_Verification_Tool.*dsm warmup/,
    ],
    [
      'test events under another log source',
      { verification: { ...nowhere, elsewhere: 38, elsewhereNames: ['Linux @ host'] } },
      'log source of the test events',
      /another log source: Linux @ host.*parsing order/,
    ],
    [
      'no detection, the service was not asked',
      { ...noneCame, service: { kind: 'not asked' } },
      'forwarding destination or routing rule',
      /no detection of them came back.*filter holds the log source KL_Verification_Tool.*deploy/,
    ],
    [
      'no detection, and nobody knows which feeds there are',
      { detections: nowhere, results: {}, service: { kind: 'silent', why: 'ECONNREFUSED' } },
      'forwarding destination or routing rule',
      /the test events are in JSA, no detection of them came back/,
    ],
    [
      'no detection, the service is silent',
      { ...noneCame, service: { kind: 'silent', why: 'ECONNREFUSED' } },
      'forwarding destination or routing rule',
      /does not answer \(ECONNREFUSED\)/,
    ],
    [
      'no detection, the service received nothing',
      { ...noneCame, service: service({ received: 0, found: 0 }) },
      'forwarding destination or routing rule',
      /the service received no event/,
    ],
    [
      'no detection, the service has no feed',
      { ...noneCame, service: service({ found: 0, indicators: 0 }) },
      'feeds',
      /it has no feed loaded.*feeds list/,
    ],
    [
      'no detection, the service found nothing',
      { ...noneCame, service: service({ found: 0 }) },
      'feeds',
      /received 38 events and found nothing/,
    ],
    [
      'no detection, no collector takes what the service found',
      { ...noneCame, service: service({ isDelivering: false }) },
      'way back to JSA',
      /made 37 detections, and no collector takes its messages.*delivery\.collectors/,
    ],
    [
      'no detection, the service sent them somewhere',
      { ...noneCame, service: answers },
      'way back to JSA',
      /made 37 detections, and none of this run is in JSA/,
    ],
    [
      'detections without a log source',
      { detections: { ...nowhere, generic: 37 }, results: { Stored: 37 } },
      'log source of the detections',
      /37 detections lie under SIM Generic Log.*letter case.*dsm apply/,
    ],
    [
      'detections of a type that cannot read them',
      { results: { Stored: 37 } },
      'log source of the detections',
      /37 detections are there and were not read.*Universal LEEF/,
    ],
    [
      'detections under another log source',
      { detections: { ...nowhere, elsewhere: 37, elsewhereNames: ['Old one'] } },
      'log source of the detections',
      /37 detections lie under another log source: Old one/,
    ],
    [
      'detections without a name',
      { results: { pass: 30, Unknown: 7 } },
      'event mappings',
      /7 detections were read and have no name.*dsm apply/,
    ],
    [
      'detections mapped otherwise',
      { results: { 'wrong category': 2, 'wrong severity': 1 } },
      'event mappings',
      /2 wrong category, 1 wrong severity.*dsm plan/,
    ],
    [
      'merged test events',
      { verification: { ...nowhere, own: 10, merged: 28 }, results: { pass: 9, MISS: 28 } },
      'coalescing',
      /28 test events were merged.*KL_Verification_Tool: threat-forwarder dsm apply/,
    ],
    [
      'merged detections',
      { detections: { ...nowhere, own: 30, merged: 7 }, results: { pass: 30, MISS: 7 } },
      'coalescing',
      /7 detections were merged.*KL_Threat_Feed_Service_V2: threat-forwarder dsm apply/,
    ],
    [
      'test events lost on their way',
      {
        verification: { ...nowhere, own: 30 },
        detections: { ...nowhere, own: 29 },
        results: { pass: 29, MISS: 8 },
      },
      'event collector',
      /30 of 38 test events are in JSA.*TCP/,
    ],
    [
      'other feeds than thought',
      { detections: { ...nowhere, own: 29 }, results: { pass: 29, MISS: 8 } },
      'feeds',
      /8 expected detections are missing.*--feeds/,
    ],
  ])('%s', (_what, evidence, step, words) => {
    const advice = adviceOf({ ...whole, ...evidence });
    expect(advice.map((one) => one.step)).toEqual([step]);
    expect(advice.map(({ finding, toDo }) => `${finding}. ${toDo}`).join()).toMatch(words);
  });

  test('several breaks are told in the order of the way', () => {
    const steps = adviceOf({
      ...whole,
      verification: { ...nowhere, generic: 38 },
      detections: { ...nowhere, generic: 5, own: 10 },
      results: { Stored: 5, Unknown: 10, MISS: 22 },
    }).map(({ step }) => step);
    expect(steps).toEqual([
      'log source of the test events',
      'log source of the detections',
      'event mappings',
      'feeds',
    ]);
  });
});
