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

  test('a name stays what it was first used as', () => {
    const metrics = createMetrics();
    metrics.counter('tf_x_total');
    expect(() => {
      metrics.gauge('tf_x_total', {}, () => 1);
    }).toThrow('tf_x_total is a counter');
  });
});
