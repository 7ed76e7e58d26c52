import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { indicatorKey } from '../../verification/indicators.js';
import { inspectLine, kindOfEvent } from '../../verification/inspect.js';
import { judge, type SeenDetection } from '../../verification/judge.js';
import { matchesName } from '../../verification/name-patterns.js';

const guide = 'guide' as const;
const expected = {
  feeds: new Map([
    [
      'One',
      [
        { indicator: 'http://a.test', event: 'KL_X_URL', table: guide },
        { indicator: 'shared.test', event: 'KL_X_URL', table: guide },
      ],
    ],
    ['Two', [{ indicator: 'shared.test', event: 'KL_X_URL', table: guide }]],
  ]),
  clean: ['clean.test'],
};
const sentKeys = new Set(['a.test', 'shared.test', 'clean.test']);
const a = { event: 'KL_X_URL', indicator: 'a.test/' };
const shared = { event: 'KL_X_URL', indicator: 'HTTP://Shared.test' };

function judged(
  detections: readonly SeenDetection[],
  more: Partial<Parameters<typeof judge>[0]> = {},
) {
  const input = { expected, sentKeys, detections, feedPatterns: undefined };
  return judge({ ...input, announcedFeeds: new Set<string>(), ...more });
}

describe('which feeds are judged', () => {
  test('a detection that only one feed gives proves this feed', () => {
    expect(judged([a, shared]).judgedFeeds).toEqual(['One']);
    expect(judged([a, shared, shared]).judgedFeeds).toEqual(['One', 'Two']);
    expect(judged([]).judgedFeeds).toEqual([]);
  });

  test('an announced feed is judged though nothing of it came', () => {
    const { rows } = judged([a, shared], { announcedFeeds: new Set(['two.json']) });
    expect(rows.map((row) => [row.feed, row.passed])).toEqual([
      ['One', true],
      ['One', true],
      ['Two', false],
    ]);
  });

  test('a feed left out by --feeds explains its detections all the same', () => {
    const { rows, unexpected, otherFeeds } = judged([a, shared, shared], { feedPatterns: ['one'] });
    expect(rows.every((row) => row.passed)).toBe(true);
    expect(unexpected).toEqual([]);
    expect(otherFeeds).toEqual(['Two']);
  });

  test('what was not sent is not expected', () => {
    const { rows } = judged([shared], { sentKeys: new Set(['shared.test']), feedPatterns: ['*'] });
    expect(rows.map((row) => [row.feed, row.passed])).toEqual([
      ['One', true],
      ['Two', false],
    ]);
  });
});

test('every detection is either a passed row, explained by another feed, or unexpected', () => {
  const pool = [
    a,
    shared,
    { event: 'KL_Y_URL', indicator: 'a.test' },
    { event: 'KL_X_URL', indicator: 'clean.test' },
  ];
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(...pool), { maxLength: 8 }),
      fc.option(fc.constantFrom(['*'], ['One'], ['Two'], []), { nil: undefined }),
      (detections, feedPatterns) => {
        const result = judged(detections, { feedPatterns });
        const passed = result.rows.filter((row) => row.passed).length;
        const extra = result.unexpected.reduce((sum, { count }) => sum + count, 0);
        const explainable = result.otherFeeds.includes('One')
          ? 2
          : result.otherFeeds.includes('Two')
            ? 1
            : 0;
        const explained = detections.length - passed - extra;
        expect(explained).toBeGreaterThanOrEqual(0);
        expect(explained).toBeLessThanOrEqual(
          explainable + (result.otherFeeds.length === 2 ? 1 : 0),
        );
      },
    ),
  );
});

test.each([
  ['http://fakess123.nu', 'fakess123.nu/'],
  ['FTP://A.test/X/', 'a.test/x'],
  ['44D88612', '44d88612'],
])('%s and %s are the same indicator', (one, other) => {
  expect(indicatorKey(one)).toBe(indicatorKey(other));
});

test.each([
  ['*', 'Any', true],
  ['Demo_*', 'demo_ip', true],
  ['Demo_*', 'IP_demo_', false],
  ['*IP*Feed.json', 'Demo_IP_Data_Feed', true],
  ['APT_??', 'APT_IP', true],
  ['APT_?', 'APT_IP', false],
  ['', '', true],
  ['a.c', 'abc', false],
])('the pattern %j and the name %j', (pattern, name, isMatch) => {
  expect(matchesName(pattern, name)).toBe(isMatch);
});

test('name patterns agree with the regular expression they stand for', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 8 }),
      fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 8 }),
      (pattern, name) => {
        const regex = new RegExp(`^${pattern.replaceAll('*', '.*').replaceAll('?', '.')}$`);
        expect(matchesName(pattern, name)).toBe(regex.test(name));
      },
    ),
  );
});

test.each([
  ['KL_Malicious_Hash_MD5', 'detect'],
  ['KL_IP_Reputation', 'detect'],
  ['KL_ALERT_ServiceStarted', 'status'],
  ['KL_EVALUATION_Verification', 'evaluation'],
  ['LookupFinished', 'evaluation'],
  ['KL_', undefined],
  ['Malicious_URL', undefined],
  ['KL_Malicious_URL url=x', undefined],
])('%s is an event of type %s', (event, kind) => {
  expect(kindOfEvent(event)).toBe(kind);
});

describe('looking at a line as JSA does', () => {
  const head = 'KL_Threat_Feed_Service_V2 LEEF:1.0|Kaspersky Lab|Threat Feed Service|2.0|';
  const id = 'KL_Threat_Feed_Service_V2';

  test.each([
    `Jul  1 10:10:14 ${head}KL_X_URL|url=a=b|c\tmd5=-`,
    `<134>Jul 10 10:10:14 ${head}KL_ALERT_ServiceStarted|`,
    `<134>1 2025-07-10T10:10:14.000Z ${head}KL_X_URL|url=a b c`,
  ])('%j has no problem', (line) => {
    expect(inspectLine(line, id).problems).toEqual([]);
  });

  test.each([
    [`2025-07-10T10:10:14Z ${head}KL_X_URL|a=b`, /time is "2025-07-10T10:10:14Z"/],
    [`<200>Jul 10 10:10:14 ${head}KL_X_URL|a=b`, /no syslog header/],
    [
      `Jul 10 10:10:14 KL_Threat_Feed_Service_V2 tag: LEEF:1.0|Kaspersky Lab|Threat Feed Service|2.0|KL_X_URL|a=b`,
      /LEEF: does not follow/,
    ],
    [`Jul 10 10:10:14 ${head}KL_X_URL`, /no "\|" ends the event id/],
    [`Jul 10 10:10:14 ${head}KL_X_URL|a=b\ta=c`, /attribute a stands twice/],
    [`Jul 10 10:10:14 ${head}KL_X_URL|a=`, /attribute a is empty/],
    [`Jul 10 10:10:14 ${head}KL_X_URL|a=b\tcd`, /"cd" stands where key=value belongs/],
    [`Jul 10 10:10:14 ${head}KL_X_URL|a b=c`, /"a b" is no attribute name/],
    [`Jul 10 10:10:14 ${head}KL_X_URL|a=b\u0000c`, /control character/],
    [`Jul 10 10:10:14 ${head}KL_X_URL|url=a md5=- sha1=-`, /separated by blanks, not by TAB/],
    [
      `Jul 10 10:10:14 other ${head.slice(26)}KL_X_URL|a=b`,
      /identifier is "other", expected "KL_T.*"$/,
    ],
    ['', /no syslog header/],
  ])('%j: %s', (line, problem) => {
    const { problems } = inspectLine(line, id);
    expect(problems).toEqual(expect.arrayContaining([expect.stringMatching(problem)]));
  });

  test('no text makes it throw', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        inspectLine(text, id);
        inspectLine(`Jul 10 10:10:14 ${head}${text}`, id);
      }),
    );
  });
});
