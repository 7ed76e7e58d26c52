import { describe, expect, test } from '@jest/globals';

import { UsageError } from '../../bench/option-values.js';
import { parseOptions, workSetOf } from '../../bench/options.js';

describe('the options of the bench', () => {
  test('have defaults', () => {
    const options = parseOptions([]);
    expect(options).toMatchObject({
      suite: 'compare',
      events: 1_000_000,
      bytes: 634,
      candidates: 11,
      maskShare: 0.25,
      family: 'proxy',
      feedFormat: 'json',
      rate: 10_000,
      json: false,
    });
    expect(options.sizes).toEqual([10_000, 100_000, 1_000_000, 10_000_000]);
  });

  test('name a suite, programs and numbers in the ways people write them', () => {
    const options = parseOptions([
      'latency',
      '--events=200_000',
      '--indicators',
      '1e5',
      '--programs',
      'floor, forwarder',
      '--rate',
      'half',
      '--sizes',
      '1000,2000',
      '--json',
    ]);
    expect(options.suite).toBe('latency');
    expect(options.events).toBe(200_000);
    expect(options.indicators).toBe(100_000);
    expect(options.programs.map(({ name }) => name)).toEqual(['floor', 'forwarder']);
    expect(options.rate).toBe('half');
    expect(options.sizes).toEqual([1000, 2000]);
    expect(options.json).toBe(true);
  });

  test('may have defaults of their own in a suite', () => {
    const options = parseOptions(['lookups', '--keep', '--rate', '5000']);
    expect(options).toMatchObject({
      indicators: 1_500_000,
      rate: 5000,
      connections: 500,
      warmUpEvents: 10_000,
      keep: true,
      closeAfterReply: false,
    });
    expect(options.programs.map(({ name }) => name)).toEqual(['floor', 'forwarder']);
  });

  test.each([
    [['speed'], '--suite speed'],
    [['compare', 'swap'], 'one suite at a time'],
    [['--events', '0'], '--events 0'],
    [['--events', 'many'], '--events many'],
    [['--events', '1.5'], '--events 1.5'],
    [['--hit-rate', '2'], '--hit-rate 2'],
    [['--mask-share', ''], '--mask-share'],
    [['--family', 'dns'], 'proxy, mixed'],
    [['--feed-format', 'stix'], 'json, list'],
    [['--programs', 'floor,logstash'], '--programs logstash'],
    [['--sizes', '10,,20'], '--sizes'],
    [['--unknown'], '--unknown'],
  ])('refuse %j', (args, part) => {
    expect(() => parseOptions(args)).toThrow(UsageError);
    expect(() => parseOptions(args)).toThrow(part);
  });

  test('bound the memory of the events made beforehand', () => {
    const options = parseOptions(['--memory', '1', '--events', '5000']);
    expect(workSetOf(options, 5000).events).toBe(1651);
    expect(workSetOf(options, 100).events).toBe(100);
  });
});
