import { describe, expect, test } from '@jest/globals';

import { createMetrics } from '../../forwarder/telemetry/index.js';

describe('metrics', () => {
  test('the same name and labels give the same counter, in any order of labels', () => {
    const metrics = createMetrics();
    metrics.counter('tf_x_total', { a: '1', b: '2' }).value += 2;
    metrics.counter('tf_x_total', { b: '2', a: '1' }).value += 3;
    metrics.counter('tf_x_total', { a: '1', b: '3' }).value += 10;
    expect(metrics.total('tf_x_total')).toBe(15);
    expect(metrics.total('tf_x_total', { b: '2' })).toBe(5);
  });

  test('the exposition text escapes label values and names every family once', () => {
    const metrics = createMetrics();
    metrics.counter('tf_events_received_total').value = 7;
    metrics.counter('tf_y_total', { peer: 'a"b\\c\nd' }).value = 1;
    metrics.gauge('tf_up_seconds', {}, () => 1.5);
    expect(metrics.exposition()).toBe(
      [
        '# HELP tf_events_received_total Events received, rejected ones included',
        '# TYPE tf_events_received_total counter',
        'tf_events_received_total 7',
        '# HELP tf_up_seconds Seconds since the process started',
        '# TYPE tf_up_seconds gauge',
        'tf_up_seconds 1.5',
        '# HELP tf_y_total tf_y_total',
        '# TYPE tf_y_total counter',
        'tf_y_total{peer="a\\"b\\\\c\\nd"} 1',
        '',
      ].join('\n'),
    );
  });
});
