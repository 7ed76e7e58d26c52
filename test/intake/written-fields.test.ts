import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { writtenFields } from '../../forwarder/intake/written-fields.js';

describe('the fields of an object as they are written', () => {
  test('names that come again, digits, and brackets in strings', () => {
    const json =
      '{"a":1,"b\\"":[2,{"a":"}],"}], "a" : 12345678901234567890 ,"c":"\\\\","\\u0061":-1.50e2}';
    expect(writtenFields(json)).toEqual([
      { name: 'a', value: '1' },
      { name: 'b"', value: '[2,{"a":"}],"}]' },
      { name: 'a', value: '12345678901234567890' },
      { name: 'c', value: '"\\\\"' },
      { name: 'a', value: '-1.50e2' },
    ]);
    expect(writtenFields('{}')).toEqual([]);
  });

  test('of any object: those of JSON.parse, in order', () => {
    const fields = fc.array(fc.tuple(fc.string({ unit: 'grapheme' }), fc.jsonValue()));
    fc.assert(
      fc.property(fields, fc.constantFrom('', ' ', '\n\t'), (pairs, blank) => {
        const written = pairs.map(([name, value]) =>
          [JSON.stringify(name), ':', JSON.stringify(value)].join(blank),
        );
        const json = `{${blank}${written.join(`${blank},${blank}`)}${blank}}`;
        const found = writtenFields(json);
        expect(found.map(({ name, value }) => [name, JSON.parse(value) as unknown])).toEqual(
          pairs.map(([name, value]) => [name, JSON.parse(JSON.stringify(value)) as unknown]),
        );
      }),
    );
  });
});
