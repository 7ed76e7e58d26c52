import { expect, test } from '@jest/globals';
import fc from 'fast-check';

import { lookupFunctions } from '../../../forwarder/lookup/functions/index.js';
import type { KlValue } from '../../../forwarder/lookup/kl-fields.js';
import { lookupKinds, type LookupKind } from '../../../forwarder/lookup/lookup-object.js';
import type { Report } from '../../../forwarder/lookup/lookup-result.js';
import { wholeReplies } from './replies.js';

interface Change {
  /** Which of the places of the reply; modulo their number. */
  readonly place: number;
  readonly value: unknown;
}

const odd = [
  null,
  [],
  {},
  '',
  'Red',
  'owner',
  ['a', 'a'],
  [[['x']]],
  Number.POSITIVE_INFINITY,
  -0,
  true,
  [null],
  '\r\n=',
];
const change = fc.record<Change>({
  place: fc.nat(5000),
  value: fc.oneof(fc.constantFrom(...odd), fc.jsonValue({ maxDepth: 3 })),
});

type Holder = Record<string, unknown>;

/** Every place in a reply: an object or list, and a key of it. */
function placesIn(value: unknown): readonly (readonly [Holder, string])[] {
  if (typeof value !== 'object' || value === null) return [];
  const holder = value as Holder;
  return Object.keys(holder).flatMap((key) => [[holder, key] as const, ...placesIn(holder[key])]);
}

/** A whole reply in which anything stands in some places, and some keys are called `__proto__`. */
function changed(kind: LookupKind, changes: readonly Change[]): Report {
  const reply = structuredClone(wholeReplies[kind]);
  for (const { place, value } of changes) {
    const places = placesIn(reply);
    const [holder, key] = places[place % Math.max(1, places.length)] ?? [{}, ''];
    const copy = structuredClone(value);
    const property = { value: copy, enumerable: true, configurable: true, writable: true };
    Object.defineProperty(holder, place % 7 === 0 ? '__proto__' : key, property);
  }
  return reply;
}

function isLegal(value: KlValue): boolean {
  switch (typeof value) {
    case 'string':
      return value.trim() !== '';
    case 'number':
      return Number.isFinite(value);
    case 'boolean':
      return true;
    default:
      return (
        value.length > 0 && value.every((entry) => typeof entry !== 'object' && isLegal(entry))
      );
  }
}

const patterns = new Map(
  lookupFunctions.map((one) => [
    one.name,
    new RegExp(
      `^(?:${one.rules
        .flatMap((rule) => [rule.name, rule.alias ?? rule.name])
        .map((name) => name.replace('<Role>', '[A-Z0-9][A-Za-z0-9]*'))
        .join('|')})$`,
    ),
  ]),
);

test('whatever the reply, there are only documented names with legal values', () => {
  let found = 0;
  const anyChanges = fc.array(change, { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(fc.constantFrom(...lookupKinds), anyChanges, (kind, changes) => {
      const reply = changed(kind, changes);
      const wrong: unknown[] = [];
      for (const one of lookupFunctions) {
        for (const [name, value] of one.fields(reply)) {
          found++;
          if (patterns.get(one.name)?.test(name) !== true || !isLegal(value))
            wrong.push(name, value);
        }
      }
      expect(wrong).toEqual([]);
    }),
    { numRuns: 200 },
  );
  // The replies are not so wild that nothing is ever found in them.
  expect(found).toBeGreaterThan(2000);
});

test('any JSON at all throws nothing', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (reply) => {
      for (const one of lookupFunctions) one.fields(reply as Report);
    }),
    { numRuns: 200 },
  );
});

test('a reply as deep as JSON can be is read', () => {
  const deep = JSON.parse(`${'{"IpWhoIs":'.repeat(5000)}{}${'}'.repeat(5000)}`) as Report;
  for (const one of lookupFunctions) expect(one.fields(deep).size).toBe(0);
});
