import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { createExtractor } from '../../forwarder/extraction/index.js';
import { startDetecting } from './support/detecting.js';
import type { DetectingService } from './support/detecting.js';

/** As long as an event JSA forwards is at most. */
const size = 12_000;
const fill = (piece: string, end = ''): string => piece.repeat(size / piece.length) + end;

/**
 * Patterns that take a backtracking engine from seconds to beyond all time, and a text that makes them:
 * the classic ones, those of published faults in well-known packages, and ones from log parsers.
 */
const bad: readonly (readonly [pattern: string, text: string])[] = [
  ['(a+)+$', fill('a', '!')],
  ['([a-zA-Z]+)*$', fill('a', '!')],
  ['(a|aa)+$', fill('a', '!')],
  ['(a|a?)+$', fill('a', '!')],
  ['(.*a){20}$', fill('a', '!')],
  ['(x+x+)+y', fill('x')],
  ['^(a+)+b', fill('a')],
  ['(a*)*b', fill('a')],
  ['(a*)*$', fill('a', '!')],
  ['(?:a?){100}a{100}', fill('a')],
  ['^(([a-z])+.)+[A-Z]([a-z])+$', fill('a')],
  ['(.*?)://(.*?)@(.*?)/x', fill('http://a@b/')],
  ['(.*?,){30}P', fill('1,')],
  ['(\\w+\\s?)*$', fill('word ', '!')],
  ['^(\\w+\\s?)*$', fill('word ', '!')],
  ['(\\d+)+[a-f]', fill('1')],
  ['(?:\\d+,?)+$', fill('1,', '!')],
  ['^\\s+|\\s+$', fill(' ', 'x')],
  ['\\s*,\\s*', fill(' ')],
  ['(\\s|\\n)*<', fill(' \t')],
  ['<!--(?:.|\\n)*?-->', fill('<!--')],
  ['"(?:[^"\\\\]|\\\\.)*"', fill('"\\')],
  ['^(?:(?:"[^"]*")|[^,]*)*,x', fill('""')],
  ['(([\\-.]|[_]+)?([a-zA-Z0-9]+))*(@){0,1}x$', fill('a', '!')],
  ['^[a-zA-Z0-9]+([._-]?[a-zA-Z0-9]+)*@x', fill('a.')],
  ['([A-Za-z0-9]+[.-]?)+\\.[a-z]{2,3}/x', fill('a-')],
  ['^(?:https?://)?(?:[\\w-]+\\.?)+(?:/[\\w-]*)*\\?x', fill('a.b/')],
  ['((?:\\d{1,3}\\.?)+){4}:', fill('1.')],
  ['^((?:[0-9a-fA-F]{1,4}:?)*)::x', fill('a:')],
  ['(?:[A-Z][a-z]*\\s*)+\\d', fill('Ab ')],
  ['key=(.*),(.*),(.*),(.*),end', fill('key=,')],
  ['user=(.*?) .*src=(.*?) .*dst=(.*?) .*url=(.*?)$', fill('user= src= dst= ')],
  ['(?i)(select|union|from|\\s)+where', fill('select ')],
  ['(.+)+@(.+)+\\.(.+)+#', fill('a@b.')],
  ['(?:[^/]*/)*[^/]*\\.exe$', fill('a/')],
  ['(%[0-9a-f]{2}|[^%])*%$', fill('%41')],
  ['^(.*[^0-9])?([0-9]+)+z', fill('0')],
  ['(.*)(.*)(.*)(.*)(.*)(.*)=$', fill('=', 'x')],
  ['(?:(?:a+)?(?:b+)?(?:c+)?)*d', fill('abc')],
  ['([^=]+=[^;]*;?)+!', fill('a=b;')],
  ['(\\d+)(?:.*x)?', fill('1 ')],
  ['src=(\\d+)(?:.*?dst=(\\d+))?', fill('src=1 ')],
];

describe('patterns that would hang another engine', () => {
  test('are more than 40', () => {
    expect(bad.length).toBeGreaterThan(40);
  });

  /** The worst takes some 50 ms by itself; the worst of a backtracking engine 246 s. */
  const mostCpuMs = 2_000;

  test.each(bad)(
    '%s ends soon, as a rule, as a condition, to ignore and to replace',
    (pattern, text) => {
      const rules = [{ name: 'V', pattern, extract: 'all' }] as const;
      const extractor = createExtractor({
        sources: [
          { name: 'never', pattern, peers: ['203.0.113.1'], rules },
          { name: 'all', rules, ignore: [`${pattern}never`], replace: [{ pattern, with: '\\1' }] },
        ],
      });
      const before = process.cpuUsage();
      const found = extractor.extract({ kind: 'raw', text }, '192.0.2.1');
      const { user, system } = process.cpuUsage(before);
      expect(found.source).toBe('all');
      expect((user + system) / 1_000).toBeLessThan(mostCpuMs);
    },
  );
});

describe('the service with such patterns', () => {
  let detecting: DetectingService;

  beforeAll(async () => {
    const rule = (pattern: string, at: number): string =>
      `{ name: R${at}, pattern: ${JSON.stringify(pattern)}, extract: all }`;
    // Some of them, and the two that look at the rest of the event again and again.
    const some = bad.filter((_, at) => at % 5 === 1 || at >= bad.length - 2);
    detecting = await startDetecting(
      `sources: [{ name: bad, rules: [${some.map(([pattern], at) => rule(pattern, at)).join(', ')}] }]\n`,
    );
  }, 40_000);

  afterAll(async () => {
    expect(await detecting.stop()).toBe(0);
  });

  test('goes on: what stands before such an event, in it and behind it is found', async () => {
    const long = bad.map(([, text], at) => `http://in${at}.evil.example/ ${text}\n`);
    await detecting.send('http://before.evil.example/\n', ...long, 'http://behind.evil.example/\n');
    const due = long.length + 2;
    await detecting.service.until(() => detecting.detections().length >= due, 'all');
    expect(detecting.detections().at(-1)?.attributes['url']).toBe('http://behind.evil.example/');
    expect(detecting.detections()).toHaveLength(due);
  }, 60_000);

  test('counts each time a pattern was given up, so that somebody notices', async () => {
    expect(await detecting.metric('tf_patterns_given_up_total{source="bad"}')).toBeGreaterThan(0);
  });
});
