import { afterAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { stringify } from 'yaml';

import { configSchema } from '../../forwarder/config/index.js';
import { ServiceError } from '../../forwarder/core/index.js';
import { loadText, scratchDirectory } from './load-support.js';

const scratch = scratchDirectory();
afterAll(scratch.remove);

/** Loads; a refusal with TF_CONFIG is as good as success, anything else fails the property. */
async function staysCalm(
  text: string | Uint8Array,
  set: readonly string[] = [],
  env = {},
): Promise<void> {
  try {
    const { config } = await loadText(scratch.path, text, { set, env });
    expect(Object.isFrozen(config)).toBe(true);
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    expect(error.code).toBe('TF_CONFIG');
    expect(error.message.length).toBeLessThan(40_000);
  }
}

const keys = fc.constantFrom(
  ...Object.keys(configSchema.properties),
  'jsa',
  'path',
  'listen',
  'url',
  'rules',
  'name',
  '__proto__',
  'constructor',
  'toString',
  '<<',
);
const values = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom<unknown>(
      null,
      true,
      false,
      0,
      -1,
      9,
      '',
      'tcp://a:1',
      '64MiB',
      'a@b',
      NaN,
      Infinity,
    ),
    fc.string(),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(keys, tie('value'), { maxKeys: 4, noNullPrototype: false }),
  ),
})).value;

describe('on arbitrary input loadConfig loads or throws TF_CONFIG, nothing else', () => {
  test('any text', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary' }), (text) => staysCalm(text)),
      {
        numRuns: 300,
      },
    );
  });

  test('any bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array(), (bytes) => staysCalm(bytes)),
      { numRuns: 200 },
    );
  });

  test('text of the characters YAML is made of', async () => {
    const unit = fc.constantFrom(...'&*a: ,[]{}-?|>!%@"\'#\n\t <~1.\\'.split(''));
    await fc.assert(
      fc.asyncProperty(fc.string({ unit, maxLength: 60 }), (text) => staysCalm(text)),
      { numRuns: 500 },
    );
  });

  test('well-formed YAML of any shape, with known and dangerous keys', async () => {
    await fc.assert(
      fc.asyncProperty(fc.dictionary(keys, values, { maxKeys: 5 }), (tree) =>
        staysCalm(stringify(tree)),
      ),
      { numRuns: 400 },
    );
  });

  test('any --set and any variable', async () => {
    const path = fc.oneof(
      fc.string(),
      fc.array(keys, { minLength: 1, maxLength: 4 }).map((a) => a.join('.')),
    );
    const argument = fc
      .tuple(path, fc.oneof(fc.string(), fc.json()))
      .map((parts) => parts.join('='));
    const variable = fc.tuple(
      fc.array(keys, { minLength: 1, maxLength: 4 }),
      fc.oneof(fc.string(), fc.json()),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(argument, { maxLength: 4 }),
        fc.array(variable, { maxLength: 3 }),
        (set, vars) =>
          staysCalm(
            'feeds: [a]\n',
            set,
            Object.fromEntries(
              vars.map(([steps, value]) => [`TF_${steps.join('__').toUpperCase()}`, value]),
            ),
          ),
      ),
      { numRuns: 400 },
    );
  });

  test('nothing of it pollutes the prototype of objects', () => {
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect(({} as Record<string, unknown>)['jsa']).toBeUndefined();
  });
});
