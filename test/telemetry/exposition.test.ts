import { describe, expect, test } from '@jest/globals';

import { createMetrics } from '../../forwarder/telemetry/index.js';
import { parsePrometheusText } from '../support/prometheus-text.js';
import type { ParsedFamily } from '../support/prometheus-text.js';

async function familiesOf(
  metrics: ReturnType<typeof createMetrics>,
): Promise<ReadonlyMap<string, ParsedFamily>> {
  const families = parsePrometheusText(await metrics.exposition());
  return new Map(families.map((family) => [family.name, family]));
}

describe('the exposition', () => {
  test('shows counters and gauges as they are at the moment of asking', async () => {
    const metrics = createMetrics();
    const received = metrics.counter('tf_events_received_total');
    let up = 1.5;
    metrics.gauge('tf_up_seconds', {}, () => up);
    received.value = 7;
    const first = await familiesOf(metrics);
    expect(first.get('tf_events_received_total')).toEqual({
      name: 'tf_events_received_total',
      help: 'Events received, rejected ones included',
      type: 'counter',
      samples: [{ name: 'tf_events_received_total', labels: {}, value: 7 }],
    });
    expect(first.get('tf_up_seconds')).toMatchObject({ type: 'gauge', samples: [{ value: 1.5 }] });
    received.value += 1;
    up = -2e-7;
    metrics.counter('tf_events_total', { outcome: 'clean' }).value = 3;
    const second = await familiesOf(metrics);
    expect(second.get('tf_events_received_total')?.samples[0]?.value).toBe(8);
    expect(second.get('tf_up_seconds')?.samples[0]?.value).toBe(-2e-7);
    expect(second.get('tf_events_total')?.samples).toEqual([
      { name: 'tf_events_total', labels: { outcome: 'clean' }, value: 3 },
    ]);
  });

  test('stays valid for any label value and for numbers that are none', async () => {
    const metrics = createMetrics();
    const hostile = [
      'a"b\\c\nd',
      '"} 1\ntf_forged 2',
      '',
      '\\',
      '\\n',
      'ü\u2028 ',
      '{a="b"}',
      ' Nan',
    ];
    for (const [index, collector] of hostile.entries()) {
      metrics.counter('tf_delivery_sent_total', { collector, n: String(index) }).value = index;
    }
    metrics.gauge('tf_x', { k: 'nan' }, () => NaN);
    metrics.gauge('tf_x', { k: 'inf' }, () => Infinity);
    metrics.gauge('tf_x', { k: '-inf' }, () => -Infinity);
    const families = await familiesOf(metrics);
    expect(families.get('tf_delivery_sent_total')?.samples).toEqual(
      hostile.map((collector, index) => ({
        name: 'tf_delivery_sent_total',
        labels: { collector, n: String(index) },
        value: index,
      })),
    );
    expect(families.get('tf_x')?.samples.map(({ value }) => value)).toEqual([
      NaN,
      Infinity,
      -Infinity,
    ]);
    expect(families.has('tf_forged')).toBe(false);
  });

  test('a histogram sums its buckets up and leaves out what is no number', async () => {
    const metrics = createMetrics();
    const way = metrics.histogram('tf_x_seconds', [0.001, 0.01, 1]);
    for (const value of [0, 0.001, 0.0011, 0.5, 0.5, 2, NaN, Infinity]) way.observe(value);
    expect(metrics.histogram('tf_x_seconds', [5])).toBe(way);
    const family = (await familiesOf(metrics)).get('tf_x_seconds');
    expect(family?.type).toBe('histogram');
    expect(family?.samples.map(({ name, labels, value }) => [name, labels['le'], value])).toEqual([
      ['tf_x_seconds_bucket', '0.001', 2],
      ['tf_x_seconds_bucket', '0.01', 3],
      ['tf_x_seconds_bucket', '1', 5],
      ['tf_x_seconds_bucket', '+Inf', 6],
      ['tf_x_seconds_sum', undefined, 0 + 0.001 + 0.0011 + 0.5 + 0.5 + 2],
      ['tf_x_seconds_count', undefined, 6],
    ]);
    expect(() => metrics.counter('tf_x_seconds')).toThrow('is a histogram');
  });

  test('tells of the process where that is asked for, in valid text, twice in a row', async () => {
    const metrics = createMetrics({ withProcess: true });
    metrics.counter('tf_events_received_total').value = 1;
    await metrics.exposition();
    const families = await familiesOf(metrics);
    expect([...families.keys()]).toEqual(
      expect.arrayContaining([
        'tf_events_received_total',
        'tf_nodejs_eventloop_lag_p99_seconds',
        'tf_nodejs_heap_size_used_bytes',
        'tf_nodejs_gc_duration_seconds',
        'tf_process_resident_memory_bytes',
        'tf_process_cpu_seconds_total',
      ]),
    );
    expect([...families.keys()].every((name) => name.startsWith('tf_'))).toBe(true);
    // Looking at every connection would hold the main loop up.
    expect([...families.keys()].filter((name) => name.includes('active'))).toEqual([]);
    const [memory] = families.get('tf_process_resident_memory_bytes')?.samples ?? [];
    expect(memory?.value).toBeGreaterThan(10_000_000);
  });
});
