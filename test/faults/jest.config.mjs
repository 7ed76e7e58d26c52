import shared from '../../jest.config.js';

// The tests with real collectors and faults; test/faults/run.ts runs them. Those of many connections
// are among `npm test` with smaller numbers, and here with the promised ones.
const isFull = process.env['TF_FAULT_TIER'] === 'full';

/** @type {import('jest').Config} */
export default {
  ...shared,
  rootDir: '../..',
  testMatch: [`<rootDir>/test/faults/${isFull ? '(delivery|intake)' : 'delivery'}-*.test.ts`],
  testPathIgnorePatterns: ['/node_modules/'],
  testTimeout: 120_000,
  maxWorkers: 1,
};
