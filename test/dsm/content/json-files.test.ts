import { readFileSync } from 'node:fs';

import { describe, expect, test } from '@jest/globals';
import { Ajv } from 'ajv';
import type { ValidateFunction } from 'ajv';

import { mappingCategories } from '../../../dsm/events/mapping-categories.js';
import { eventCatalogue } from '../../../dsm/index.js';
import { customProperties } from '../../../dsm/properties/custom-properties.js';
import { defaultBundle, textOf } from './bundle-under-test.js';

const ajv = new Ajv({ allErrors: true, formats: { regex: isRegex } });

function isRegex(text: string): boolean {
  try {
    new RegExp(text);
    return true;
  } catch {
    return false;
  }
}

function schemaOf(path: string): ValidateFunction {
  const name = path.replace(/\.json$/, '.schema.json');
  const schema = readFileSync(new URL(`schemas/${name}`, import.meta.url), 'utf8');
  return ajv.compile(JSON.parse(schema) as object);
}

interface Mapping {
  readonly log_source_event_id: string;
  readonly log_source_event_category: string;
  readonly qid_record: { readonly name: string };
}

function read(path: string): unknown {
  return JSON.parse(textOf(path));
}

const jsonFiles = defaultBundle.map(({ path }) => path).filter((path) => path.endsWith('.json'));

test('there are JSON files to look at', () => {
  expect(jsonFiles.length).toBeGreaterThanOrEqual(6);
});

describe.each(jsonFiles)('%s', (path) => {
  const validate = schemaOf(path);

  test('is what its schema says', () => {
    validate(read(path));
    expect(validate.errors).toBeNull();
  });

  test('the schema refuses a further field, and a missing one', () => {
    const value = read(path) as Record<string, unknown>;
    expect(validate({ ...value, surprise: 1 })).toBe(false);
    expect(validate({ ...value, catalogueVersion: undefined })).toBe(false);
  });
});

test('event-mappings.json has every event with every category, once', () => {
  const { mappings } = read('event-mappings.json') as { mappings: readonly Mapping[] };
  const found = mappings.map((one) => [one.log_source_event_id, one.log_source_event_category]);
  const wanted = eventCatalogue.flatMap((event) =>
    mappingCategories(event).map((category) => [event.id, category]),
  );
  expect(found).toEqual(wanted);
  expect(new Set(found.map((pair) => pair.join('|'))).size).toBe(found.length);
  expect(found).toContainEqual(['KL_Mobile_BotnetCnc_URL', 'Detect']);
  expect(found).toContainEqual(['KL_Mobile_BotnetCnc_URL', '']);
  for (const mapping of mappings) expect(mapping.qid_record.name).toBe(mapping.log_source_event_id);
});

test('event-mappings.json has the names of the catalogue, and says which events we send', () => {
  interface Described {
    readonly log_source_event_id: string;
    readonly qid_record: object;
    readonly emitted: boolean;
  }
  const { mappings } = read('event-mappings.json') as { mappings: readonly Described[] };
  const byId = new Map(eventCatalogue.map((event) => [event.id, event]));
  for (const { log_source_event_id: id, qid_record, emitted } of mappings) {
    const event = byId.get(id);
    expect(qid_record).toEqual({
      name: id,
      description: event?.description,
      severity: event?.severity,
      low_level_category: event?.category,
    });
    expect([id, emitted]).toEqual([id, event?.origin === 'emitted']);
  }
  expect(new Set(mappings.map(({ emitted }) => emitted)).size).toBe(2);
});

test('log-source.json has the two identifiers, letter for letter', () => {
  interface Source {
    readonly dialogue: Readonly<Record<string, unknown>>;
    readonly types: readonly { readonly name: string }[];
    readonly body: {
      readonly name: string;
      readonly protocol_parameters: readonly { readonly name: string; readonly value: string }[];
    };
  }
  const { logSources } = read('log-source.json') as { logSources: readonly Source[] };
  const identifiersOf = ({ dialogue, body }: Source): unknown[] => [
    dialogue['Log Source Identifier'],
    body.name,
    body.protocol_parameters.find(({ name }) => name === 'identifier')?.value,
  ];
  expect(logSources.map(identifiersOf)).toEqual([
    Array(3).fill('KL_Threat_Feed_Service_V2'),
    Array(3).fill('KL_Verification_Tool'),
  ]);
  expect(logSources[0]?.types.map(({ name }) => name)).toEqual([
    'Kaspersky CyberTrace',
    'Threat Forwarder',
    'Universal LEEF',
  ]);
});

test('custom-properties.json has every property, each name and key once', () => {
  interface Property {
    readonly name: string;
    readonly leefKey: string;
  }
  const { properties } = read('custom-properties.json') as { properties: readonly Property[] };
  expect(properties.map(({ name, leefKey }) => [name, leefKey])).toEqual(
    customProperties.map(({ name, key }) => [name, key]),
  );
  expect(new Set(properties.map(({ name }) => name.toLowerCase())).size).toBe(properties.length);
  expect(new Set(properties.map(({ leefKey }) => leefKey)).size).toBe(properties.length);
});

test('reference-sets.json takes only what the events have', () => {
  interface Entry {
    readonly set: { readonly name: string };
    readonly filledBy: { readonly response: string };
  }
  const { sets } = read('reference-sets.json') as { sets: readonly Entry[] };
  const fields = new Set([...customProperties.map(({ name }) => name), 'Source IP', 'Username']);
  for (const { set, filledBy } of sets) {
    const [, field = '', target] =
      /^Add to a Reference Set: (.+) to (.+)$/.exec(filledBy.response) ?? [];
    expect([field, fields.has(field), target]).toEqual([field, true, set.name]);
  }
});
