import { describe, expect, test } from '@jest/globals';

import { indicatorKinds } from '../../forwarder/core/index.js';
import { lookups } from '../../forwarder/matching/index.js';

import { describeLookup } from './lookup-suite.js';

for (const definition of lookups) describeLookup(definition);

describe('the list of lookups', () => {
  test('holds every kind of indicator exactly once', () => {
    expect(lookups.flatMap(({ indicators }) => indicators).sort()).toEqual(
      [...indicatorKinds].sort(),
    );
  });
});
