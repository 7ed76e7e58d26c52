import { describe, expect, test } from '@jest/globals';

import { createExtractor } from '../../forwarder/extraction/index.js';
import type { ExplainedExtraction, ExtractionOptions } from '../../forwarder/extraction/index.js';
import type { DecodedEvent } from '../../forwarder/core/index.js';

import { envelope, peer, raw } from './support.js';

const sources = [
  {
    name: 'fw',
    peers: ['192.0.2.0/24'],
    pattern: '^fw',
    ignore: ['noise\\d'],
    rules: [
      { name: 'RE_URL', kind: 'URL', pattern: 'link=(\\S+)' },
      { name: 'JOINED', kind: 'URL', pattern: 'h=(\\S+) p=(\\S+)' },
    ],
  },
  { name: 'all', peers: ['198.51.100.1'], rules: [{ name: 'X', pattern: 'x' }] },
] as const;

function explain(
  event: DecodedEvent,
  options: ExtractionOptions = {},
  from = peer,
): ExplainedExtraction {
  return createExtractor(options).explain(event, from);
}

describe('explain', () => {
  test('says where each value stood', () => {
    const event = envelope({
      payload: 'see http://a.test/x and url=b.test/y 192.0.2.7',
      src: '192.0.2.1',
      Custom: '- c.test',
    });
    expect(
      explain(event).found.map(({ observable, field, offset }) => [observable.text, field, offset]),
    ).toEqual([
      ['c.test', 'Custom', 2],
      ['192.0.2.1', 'src', 0],
      ['b.test/y', 'payload', 28],
      ['http://a.test/x', 'payload', 4],
      ['192.0.2.7', 'payload', 37],
    ]);
  });

  test('says where the value of a rule stood, not where its match began', () => {
    const { found } = explain(raw('fw link=a.test/x h=b.test p=/y'), { sources });
    expect(found.map(({ observable, field, offset }) => [observable.text, field, offset])).toEqual([
      ['a.test/x', 'text', 8],
      ['b.test/y', 'text', 17],
      ['a.test', 'text', 8],
      ['b.test', 'text', 19],
    ]);
  });

  test('says why a value was not taken', () => {
    const event = envelope({
      payload: 'fw link=blocked a.test a.test http://b.test/ 0.0.0.9',
      srcPostNAT: '0.0.0.157',
    });
    expect(
      explain(event, { sources }).ignored.map(({ rule, text, field, offset, reason }) =>
        [rule, text, field, offset, reason].join(' / '),
      ),
    ).toEqual([
      'RE_URL / blocked / text / 8 / not of the kind of the rule',
      'RE_IP / 0.0.0.157 / srcPostNAT / 0 / address that names no host',
      'RE_DOMAIN / a.test / payload / 23 / found before',
      'RE_IP / 0.0.0.9 / payload / 45 / address that names no host',
    ]);
    expect(explain(raw('fw link=a.test/x http://b.test/'), { sources }).ignored).toContainEqual({
      rule: 'RE_URL',
      text: 'http://b.test/',
      field: 'text',
      offset: 17,
      reason: "the source's own rule found a value",
    });
  });

  test('says which ignore rule dropped the event, and at what', () => {
    const explained = explain(raw('fw noise7 http://a.test/'), { sources });
    expect(explained).toMatchObject({ source: 'fw', isIgnored: true, observables: [], found: [] });
    expect(explained.ignored).toEqual([
      {
        rule: 'ignore[0]',
        text: 'noise7',
        field: 'text',
        offset: 3,
        reason: 'an ignore rule drops the event',
      },
    ]);
  });

  test.each([
    ['fw', peer, 'its peers have the address and its pattern matches the event'],
    ['x', peer, 'built in; no other source applies'],
    ['x', '198.51.100.1', 'its peers have the address'],
  ])('says why the source was chosen: %s from %s', (text, from, reason) => {
    expect(explain(raw(text), { sources }, from).sourceReason).toBe(reason);
  });

  test('says so for sources without conditions and a configured default, too', () => {
    const rules = [{ name: 'X', pattern: 'x' }];
    const of = (options: ExtractionOptions): string => explain(raw('x'), options).sourceReason;
    expect(of({ sources: [{ name: 'a', rules }] })).toBe('it takes every event');
    expect(of({ sources: [{ name: 'a', pattern: 'x', rules }] })).toBe(
      'its pattern matches the event',
    );
    expect(of({ sources: [{ name: 'default', rules }] })).toBe('no other source applies');
  });
});
