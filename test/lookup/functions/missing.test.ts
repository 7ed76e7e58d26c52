import { describe, expect, test } from '@jest/globals';

import { lookupFunctions } from '../../../forwarder/lookup/functions/index.js';
import type { KlFieldRule } from '../../../forwarder/lookup/kl-fields.js';
import { wholeReplies } from './replies.js';

type Json = Record<string, unknown>;

const absent = Symbol('absent');
/** What no field takes. */
const never = [absent, null, [], {}, '', ' \r\n ', [null], [[]], [{ a: 1 }], Number.NaN];
/** What a field of a number, a text or a truth value does not take. */
const wrongFor = {
  number: ['10', true, [10], Number.POSITIVE_INFINITY],
  string: [true, { text: 'x' }],
  boolean: ['true', 1, 'false'],
  object: [true, [[['nested too deep']]]],
};

/** Puts a value where a rule reads; in every row where it reads rows. */
function put(holder: Json, keys: readonly string[], value: unknown): void {
  const [key = '', ...rest] = keys;
  const name = key.replace('[]', '');
  if (rest.length === 0) {
    if (value === absent) Reflect.deleteProperty(holder, name);
    else holder[name] = value;
  } else if (key.endsWith('[]')) {
    for (const row of holder[name] as readonly Json[]) put(row, rest, value);
  } else put(holder[name] as Json, rest, value);
}

/** `FileAccessedUrls[].Url (Zone Red)` → `FileAccessedUrls[]`, `Url`. */
function keysOf(rule: KlFieldRule): readonly string[] {
  const path = rule.path.replace('sum of ', '').replace(/[- ].*$/, '');
  return path.replace(/\[\]$/, '').split('.');
}

function namesOf(rule: KlFieldRule, names: readonly string[]): readonly string[] {
  const [start = '', end] = rule.name.split('<Role>');
  if (end === undefined) return [rule.name, ...(rule.alias === undefined ? [] : [rule.alias])];
  return names.filter((name) =>
    new RegExp(`^${start}(?:Owner|Registrant|Technical)${end}$`).test(name),
  );
}

const cases = lookupFunctions.flatMap((one) => one.rules.map((rule) => ({ one, rule })));

describe('data that is not there', () => {
  test.each(cases)('$one.name $rule.name: left out, and nothing else', ({ one, rule }) => {
    const whole = one.fields(wholeReplies[one.kind]);
    const names = namesOf(rule, [...whole.keys()]);
    expect(names.length).toBeGreaterThan(0);
    const value = whole.get(names[0] ?? '');
    const wrong = wrongFor[typeof value as keyof typeof wrongFor];
    // What other rules read there too, such as the other zones of a list.
    const touched = one.rules.filter((other) => keysOf(other).join() === keysOf(rule).join());
    const gone = touched.flatMap((other) => namesOf(other, [...whole.keys()]));
    const kept = [...whole].filter(([name]) => !gone.includes(name));
    const keptText = JSON.stringify(kept);
    for (const bad of [...never, ...wrong]) {
      const reply = structuredClone(wholeReplies[one.kind]) as Json;
      put(reply, keysOf(rule), bad);
      expect(JSON.stringify([...one.fields(reply)])).toBe(keptText);
    }
  });

  test.each(cases)('$one.name $rule.name: left out without its section', ({ one, rule }) => {
    const [section = ''] = keysOf(rule);
    const whole = one.fields(wholeReplies[one.kind]);
    const names = namesOf(rule, [...whole.keys()]);
    for (const bad of [absent, null, [], {}, '', 7, true, [null, 7, 'x', []]]) {
      const reply = structuredClone(wholeReplies[one.kind]) as Json;
      put(reply, [section], bad);
      const found = one.fields(reply);
      expect(names.filter((name) => found.has(name))).toEqual([]);
    }
  });

  test.each(lookupFunctions)('$name gives nothing of an empty reply, or of none', (one) => {
    for (const reply of [{}, null, [], 'x', 7, undefined]) {
      expect(one.fields(reply as Json).size).toBe(0);
    }
  });
});
