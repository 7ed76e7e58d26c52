import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';

import { configSchema, toJsonSchema } from '../../forwarder/config/index.js';
import { findProblems } from '../../forwarder/config/find-problems.js';
import { entriesOf } from '../../forwarder/config/reference.js';
import {
  list,
  object,
  optional,
  text,
  withDefault,
} from '../../forwarder/config/schema-builder.js';
import type { Static } from '../../forwarder/config/schema-builder.js';
import type { SchemaNode } from '../../forwarder/config/schema-node.js';
import { configReferenceFiles } from '../../tools/generate-config-reference.js';
import { packageDirectory } from './load-support.js';

/** Every node of the schema with its path; items of lists and values of maps included. */
function nodes(node: SchemaNode, path = ''): [string, SchemaNode][] {
  const below = entriesOf(node, path).flatMap((entry) => nodes(entry.node, entry.path));
  return [[path, node], ...below];
}
const all = nodes(configSchema);

describe('the schema', () => {
  test('covers more than eighty keys, each with a description', () => {
    expect(all.length).toBeGreaterThan(80);
    for (const [path, { description }] of all) {
      expect(`${path}: ${description}`).toMatch(/: [A-Za-z`].*[.]$/);
    }
  });

  test('every default and every example is itself valid', () => {
    const ajv = new Ajv2020({ strict: true, strictRequired: false });
    for (const [path, node] of all) {
      const validate = ajv.compile(toJsonSchema(node));
      const values = [
        ...(node.examples ?? []),
        ...(node.presence === 'default' ? [node.defaultValue] : []),
      ];
      for (const value of values) {
        expect({ path, value, isValid: validate(value) }).toEqual({ path, value, isValid: true });
      }
    }
  });

  test('an empty configuration is valid for it: every section has its defaults', async () => {
    await expect(findProblems({})).resolves.toEqual([]);
  });

  test('the static type follows the declaration', () => {
    const node = object(
      {
        name: text({ description: 'Needed.' }),
        size: withDefault('a', text({ description: 'Filled in.' })),
        tags: optional(list(text({ description: 'One.' }), { description: 'May be absent.' })),
      },
      { description: 'A test.' },
    );
    const value: Static<typeof node> = { name: 'n', size: 's' };
    // @ts-expect-error the list holds texts
    const wrong: Static<typeof node> = { name: 'n', size: 's', tags: [1] };
    expect([value, wrong]).toHaveLength(2);
    expect(toJsonSchema(node)).toEqual({
      type: 'object',
      description: 'A test.',
      required: ['name'],
      additionalProperties: false,
      properties: {
        name: { type: 'string', minLength: 1, maxLength: 4096, description: 'Needed.' },
        size: {
          type: 'string',
          minLength: 1,
          maxLength: 4096,
          description: 'Filled in.',
          default: 'a',
        },
        tags: {
          type: 'array',
          description: 'May be absent.',
          items: { type: 'string', minLength: 1, maxLength: 4096, description: 'One.' },
        },
      },
    });
  });
});

describe('the generated reference', () => {
  test.each([...configReferenceFiles()])('%s is current', (path, current) => {
    expect(readFileSync(join(packageDirectory, path), 'utf8')).toBe(current);
  });

  test('names every key', () => {
    const page = configReferenceFiles().get('docs/reference/configuration.md') ?? '';
    for (const [path] of all) expect(page).toContain(path);
  });

  test('its schema accepts what the service accepts', () => {
    const schema = JSON.parse(
      configReferenceFiles().get('docs/reference/forwarder.schema.json') ?? '',
    ) as object;
    const validate = new Ajv2020({ strict: true, strictRequired: false }).compile(schema);
    expect(validate({ feeds: ['a.json'], http: false, delivery: { spool: false } })).toBe(true);
    expect(validate({ feds: [] })).toBe(false);
  });
});

describe('what importing costs', () => {
  /** Files of ajv and yaml that are loaded after a module of this project was imported. */
  function loadedAfter(module: string, then: string): readonly string[] {
    const program = `
      const imported = await import(process.argv[1]);
      ${then}
      const { Module } = await import('node:module');
      const files = Object.keys(Module._cache).filter((file) => /node_modules.(ajv|yaml)./.test(file));
      process.stdout.write(JSON.stringify(files));
    `;
    const runner = join(packageDirectory, 'tools/ts-node.mjs');
    const args = ['--import', runner, '--input-type=module', '-e', program];
    const options = { encoding: 'utf8', cwd: packageDirectory, timeout: 20_000 } as const;
    const output = execFileSync(
      process.execPath,
      [...args, join(packageDirectory, module)],
      options,
    );
    return JSON.parse(output) as readonly string[];
  }

  test('neither ajv nor yaml is loaded before a configuration is', () => {
    expect(loadedAfter('forwarder/config/index.ts', '')).toEqual([]);
    const load = `await imported.loadConfig(
      { env: {}, set: [], cwd: '/nowhere', packageDirectory: '/nowhere' });`;
    expect(loadedAfter('forwarder/config/index.ts', load).join()).toContain('ajv');
  });
});
