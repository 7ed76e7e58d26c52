import { readdirSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from '@jest/globals';

import { ConfigError, configSchema } from '../../forwarder/config/index.js';
import { exitCodeOf } from '../../forwarder/core/index.js';
import { badFixtures } from './bad-fixtures.js';
import { goodDirectory, load, refusal } from './load-support.js';

const fixtures = badFixtures();

describe('bad configurations', () => {
  test.each(fixtures.filter(({ code }) => code === 'TF_CONFIG'))(
    '$name is refused with what is wrong and where',
    async ({ file, code, fragments }) => {
      const error = await refusal(load({ file }));
      expect(error.code).toBe(code);
      expect(exitCodeOf(error)).toBe(2);
      const text = `${error.where ?? ''} ${error.message}`;
      for (const fragment of fragments) expect(text).toContain(fragment);
    },
  );

  test.each(fixtures.filter(({ code }) => code !== 'TF_CONFIG'))(
    '$name loads: what is wrong with it is found later',
    async ({ file }) => {
      await expect(load({ file })).resolves.toHaveProperty('origin', file);
    },
  );

  test('every level of keys has a fixture', () => {
    const names = fixtures.map(({ name }) => name);
    for (const kind of ['unknown-key-', 'wrong-type-', 'out-of-range-', 'syntax-']) {
      expect(names.filter((name) => name.startsWith(kind)).length).toBeGreaterThanOrEqual(3);
    }
  });

  test('no secret of a fixture is shown', async () => {
    for (const { file, code } of fixtures) {
      if (code !== 'TF_CONFIG') continue;
      const error = await refusal(load({ file }));
      expect(error.message).not.toMatch(/pa55word|hunter2/);
    }
  });

  test('problems are listed in the order of the file, as data too', async () => {
    const several = fixtures.find(({ name }) => name === 'several-problems.yaml')!;
    const error = await refusal(load({ file: several.file }));
    expect(error).toBeInstanceOf(ConfigError);
    const problems = error instanceof ConfigError ? error.problems : [];
    expect(problems.map(({ path }) => path)).toEqual([
      'profle',
      'log',
      'leef.maxMessageBytes',
      'http.listen',
    ]);
    expect(problems[0]).toMatchObject({
      place: { kind: 'file', file: several.file, line: 5, column: 1 },
      found: 'an unknown key',
      suggestion: 'profile',
    });
    expect(problems[0]?.expected).toContain(Object.keys(configSchema.properties).join(', '));
  });
});

describe('good configurations', () => {
  test.each(readdirSync(goodDirectory))('%s loads', async (name) => {
    const { origin, baseDirectory } = await load({ file: join(goodDirectory, name) });
    expect(origin).toBe(join(goodDirectory, name));
    expect(baseDirectory).toBe(goodDirectory);
  });
});
