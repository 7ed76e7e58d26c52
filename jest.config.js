import { availableParallelism } from 'node:os';

/** @type {import('jest').Config} */
const shared = {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
};

/** @type {import('jest').Config} */
export default {
  ...shared,
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  // These need real collectors and minutes: npm run test:faults.
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/faults/delivery-'],
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
  coverageProvider: 'v8',
  // Many suites wait for processes and sockets: two share two processors well.
  maxWorkers: Math.max(2, availableParallelism() - 1),
  testTimeout: 20000,
  reporters: ['default', '<rootDir>/tools/closing-line-reporter.js'],
};
