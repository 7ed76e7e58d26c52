import { test } from '@jest/globals';
import fc from 'fast-check';

import { fuzzRuns } from '../support/fuzz-runs.js';
import { damagedSegments } from './support/spool-segments.js';

test('damaged segment files: what is whole is found, nothing else is, and it ends', async () => {
  await fc.assert(damagedSegments, { numRuns: fuzzRuns(2000) });
}, 120_000);
