import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from '@jest/globals';

import { metricDescriptions } from '../../forwarder/telemetry/index.js';
import { metricsReference } from '../../forwarder/telemetry/metrics-reference.js';
import { processMetrics } from '../../forwarder/telemetry/prometheus.js';
import { projectDirectory } from '../support/service-process.js';

describe('metrics reference', () => {
  test('describes every metric the sources name, and no other', () => {
    const sources = join(projectDirectory, 'forwarder');
    const named = new Set<string>();
    for (const name of readdirSync(sources, { recursive: true, encoding: 'utf8' })) {
      if (!name.endsWith('.ts') || name.endsWith('metric-help.ts')) continue;
      const text = readFileSync(join(sources, name), 'utf8');
      for (const [metric] of text.matchAll(/(?<=')tf_[a-z_]+(?=')/g)) named.add(metric);
    }
    expect(Object.keys(metricDescriptions).sort()).toEqual([...named].sort());
  });

  test('the committed page is current (npm run docs:reference makes it)', () => {
    const page = join(projectDirectory, 'docs/reference/metrics.md');
    expect(readFileSync(page, 'utf8')).toBe(metricsReference());
  });

  test('the guide to watching names only metrics and problems that there are', () => {
    const guide = readFileSync(join(projectDirectory, 'docs/guides/watch-it.md'), 'utf8');
    const known = new Set([
      ...Object.keys(metricDescriptions),
      ...processMetrics().map(({ name }) => name),
    ]);
    const named = [...guide.matchAll(/tf_[a-z0-9_]+/g)].map(([name]) => name);
    expect(named.length).toBeGreaterThan(10);
    const unknown = named.filter((name) => !known.has(name.replace(/_bucket$/, '')));
    expect(unknown).toEqual([]);
    const source = join(projectDirectory, 'forwarder/service/health/status-problems.ts');
    const codes = [...readFileSync(source, 'utf8').matchAll(/code: '([a-z_.]+)'/g)];
    expect(codes.length).toBeGreaterThan(10);
    for (const [, code = ''] of codes) expect(guide).toContain(`\`${code}\``);
  });
});
