import shared from '../../jest.config.js';

// The tests with real collectors and faults; test/faults/run.ts runs them. Those of many connections,
// and of a spool that dies or is damaged, are among `npm test` with smaller numbers, and here with the
// promised ones.
const isFull = process.env['TF_FAULT_TIER'] === 'full';

/** @type {import('jest').Config} */
export default {
  ...shared,
  rootDir: '../..',
  testMatch: isFull
    ? [
        '<rootDir>/test/faults/(delivery|intake|spool)-*.test.ts',
        '<rootDir>/test/delivery/spool/damage.test.ts',
      ]
    : ['<rootDir>/test/faults/delivery-*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
  testTimeout: 120_000,
  maxWorkers: 1,
};
