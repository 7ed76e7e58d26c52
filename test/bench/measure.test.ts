import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { ListFiles } from '../../bench/list-files.js';
import { countOf, measure } from '../../bench/measure.js';
import type { MeasureOptions } from '../../bench/measure.js';
import { floor } from '../../bench/programs/floor.js';
import { forwarder } from '../../bench/programs/forwarder.js';
import type { BenchProgram } from '../../bench/programs/index.js';
import { createEvents, expectedHits } from '../../bench/work-set.js';

const list = { indicators: 500, maskShare: 0.25 };
const set = createEvents({
  ...list,
  seed: 3,
  events: 1000,
  bytes: 634,
  candidates: 11,
  hitRate: 0.1,
  family: 'mixed',
});
let directory = '';

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tf-bench-test-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

function optionsFor(program: BenchProgram): MeasureOptions {
  return {
    program,
    file: program.find({}) ?? '',
    directory,
    list: new ListFiles(directory, list, 'json'),
    set,
    events: 2500,
    warmUpEvents: 300,
    onProgress: () => undefined,
  };
}

describe('a measured program', () => {
  test('is the built service: all detections of a set sent two and a half times, no other', async () => {
    const figures = await measure(optionsFor(forwarder));
    const expected = expectedHits(set, 2500);
    expect(figures).toMatchObject({
      events: 2500,
      found: countOf(expected),
      expected: countOf(expected),
      expectedByMask: expected.mask,
      extra: 0,
    });
    expect(figures.expectedByMask).toBeGreaterThan(0);
    expect(figures.startCpuSeconds).toBeGreaterThan(0);
    expect(figures.peakBytes).toBeGreaterThanOrEqual(figures.steadyBytes);
  });

  test('may detect nothing at all', async () => {
    const figures = await measure(optionsFor(floor));
    expect(figures).toMatchObject({ events: 2500, found: 0, expected: 0, extra: 0 });
    expect(figures.endBytes).toBeGreaterThan(0);
  });

  test('that ends at once is an error with what it said, and leaves nothing behind', async () => {
    const options = { ...optionsFor(forwarder), file: join(directory, 'absent.js') };
    await expect(measure(options)).rejects.toThrow(/absent\.js/);
    expect((await readdir(directory)).filter((name) => name.startsWith('forwarder-'))).toEqual([]);
  });
});
