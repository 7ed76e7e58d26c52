import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { hitsOf } from '../../../forwarder/feeds/live/misp-answer.js';
import { attributesOfReply } from '../../../forwarder/feeds/sources/misp-reply.js';
import { fuzzRuns } from '../../support/fuzz-runs.js';
import { mispAttributes } from '../../support/misp-attributes.js';

const odd = fc.record(
  {
    type: fc.oneof(fc.constantFrom('domain', 'ip-dst|port', 'filename|md5', 'url'), fc.jsonValue()),
    value: fc.oneof(fc.string(), fc.constantFrom('a.example', '192.0.2.1|80', '|'), fc.jsonValue()),
    timestamp: fc.jsonValue(),
    Tag: fc.jsonValue(),
    Event: fc.jsonValue(),
    event_id: fc.jsonValue(),
    to_ids: fc.jsonValue(),
    comment: fc.jsonValue(),
  },
  { requiredKeys: ['type', 'value'] },
);

test('any attributes give hits with short texts, or nothing; never an error', () => {
  fc.assert(
    fc.property(fc.array(odd, { maxLength: 10 }), (attributes) => {
      const reply = JSON.stringify({ response: { Attribute: attributes } });
      for (const [key, { indicator, context }] of hitsOf(attributesOfReply(reply, 'a test'))) {
        expect(key).toBe(`${indicator.kind} ${indicator.value}`);
        for (const [name, value] of context) {
          expect(typeof name).toBe('string');
          expect(value.length).toBeLessThanOrEqual(500);
        }
      }
    }),
    { numRuns: fuzzRuns(500) },
  );
});

test('a text that is no reply is told as such', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      try {
        expect(Array.isArray(attributesOfReply(text, 'a test'))).toBe(true);
      } catch (error) {
        expect(error).toMatchObject({ code: 'TF_FEED', where: 'a test' });
      }
    }),
    { numRuns: fuzzRuns(500) },
  );
});

test('texts are cut, events are listed once and not all', () => {
  const attributes = mispAttributes(
    Array.from({ length: 30 }, (_, n) => ({
      type: 'domain',
      value: 'bad.example',
      comment: 'x'.repeat(2000),
      event: { id: 100 + (n % 15), info: 'one' },
    })),
  );
  const context = Object.fromEntries(
    hitsOf([...attributes].map((one) => ({ ...one }))).get('domain bad.example')!.context,
  );
  expect(context['comment']).toHaveLength(500);
  expect(context['attributes']).toBe('30');
  expect(context['events']?.split(', ')).toHaveLength(10);
});
