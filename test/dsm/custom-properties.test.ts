import { describe, expect, test } from '@jest/globals';

import { customProperties, propertyPattern } from '../../dsm/properties/custom-properties.js';

const header = '<134>Jul 10 10:10:14 KL_Threat_Feed_Service_V2 LEEF:1.0|V|P|1|E|';

function read(key: string, attributes: string): string | undefined {
  return new RegExp(propertyPattern(key)).exec(header + attributes)?.[1];
}

describe('the expression of a custom property', () => {
  test.each([
    ['the first attribute', 'md5=a\tsha1=b', 'a'],
    ['a later attribute', 'url=x\tmd5=a', 'a'],
    ['no attribute whose name only ends like it', 'url=x\tfeed_md5=a', undefined],
    ['nothing inside the value of another one', 'url=http://x/|md5=spoof\tmd5=-', '-'],
    ['nothing inside a value behind several pipes', 'url=a|b|c|md5=spoof\tsha1=b', undefined],
    ['a value with an equals sign and blanks', 'md5=a=b c\tsha1=b', 'a=b c'],
  ])('reads %s', (_, attributes, expected) => {
    expect(read('md5', attributes)).toBe(expected);
  });

  test('names and keys come once', () => {
    const names = customProperties.map(({ name }) => name.toLowerCase());
    expect(new Set(names).size).toBe(names.length);
    expect(new Set(customProperties.map(({ key }) => key)).size).toBe(customProperties.length);
  });
});
