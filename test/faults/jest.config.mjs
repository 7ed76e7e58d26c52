import shared from '../../jest.config.js';

// The tests with real collectors and faults; test/faults/run.ts runs them.
/** @type {import('jest').Config} */
export default {
  ...shared,
  rootDir: '../..',
  testMatch: ['<rootDir>/test/faults/delivery-*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
  testTimeout: 120_000,
  maxWorkers: 1,
};
