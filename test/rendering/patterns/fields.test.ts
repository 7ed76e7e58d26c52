import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import type { ContextField } from '../../../forwarder/core/index.js';
import { compareBytewise } from '../../../forwarder/rendering/patterns/field-names.js';
import { lineWith } from './support.js';

const eventFormat = '%RecordContext%';
const record: readonly ContextField[] = [
  ['id', '1'],
  ['whois/domain', 'github.io'],
  ['whois/created', '08.03.2013'],
  ['whois/org/name', 'GitHub, Inc.'],
  ['whois/org/city', 'San Francisco'],
  ['whois/country', 'US'],
  ['MD5', 'AB'],
];

describe('names of nested fields', () => {
  const line = (nested: 'underscore' | 'dots' | 'tracer') =>
    lineWith(
      {
        eventFormat,
        nested,
        order: 'record',
        recordFieldContextFormat: '|%ParamName%=%ParamValue%',
      },
      { context: record },
    );

  test('underscores and dots', () => {
    expect(line('underscore')).toBe(
      '|id=1|whois_domain=github.io|whois_created=08.03.2013|whois_org_name=GitHub, Inc.|whois_org_city=San Francisco|whois_country=US|MD5=AB',
    );
    expect(line('dots')).toContain('|whois.org.name=GitHub, Inc.|whois.org.city=San Francisco|');
  });

  test('as Tracer prints them: the parent once, before its first child', () => {
    expect(line('tracer')).toBe(
      '|id=1|whois=domain=github.io|created=08.03.2013|org=name=GitHub, Inc.|city=San Francisco|country=US|MD5=AB',
    );
  });
});

describe('the order of fields', () => {
  test('by name, capital letters first, or as in the record', () => {
    const context: readonly ContextField[] = [
      ['mask', 'x'],
      ['IP', '192.0.2.1'],
      ['first_seen', 'y'],
    ];
    expect(lineWith({ eventFormat }, { context })).toBe(' IP=192.0.2.1 first_seen=y mask=x');
    expect(lineWith({ eventFormat, order: 'record' }, { context })).toBe(
      ' mask=x IP=192.0.2.1 first_seen=y',
    );
  });

  test('by name, children of one parent stay together', () => {
    const context: readonly ContextField[] = [
      ['whois/b', '1'],
      ['whois', '2'],
      ['whoisb', '3'],
      ['whois/a', '4'],
    ];
    expect(lineWith({ eventFormat, nested: 'tracer' }, { context })).toBe(
      ' whois=2 whois=a=4 b=1 whoisb=3',
    );
  });

  test('is that of the bytes of UTF-8', () => {
    const unit = fc.constantFrom('a', 'b', '/', 'é', '\ud7ff', '\ue000', '\uffff', '😀', '𐀀');
    const name = fc.string({ unit, maxLength: 6 });
    fc.assert(
      fc.property(name, name, (left, right) => {
        const expected = Buffer.compare(Buffer.from(left), Buffer.from(right));
        expect(Math.sign(compareBytewise(left, right))).toBe(expected);
      }),
    );
  });
});

describe('formats of fields', () => {
  const context: readonly ContextField[] = [
    ['Geo', 'ru, br'],
    ['Ip', '192.0.2.100'],
  ];
  test.each([
    [' %ParamName%=%ParamValue%', ' Geo=ru, br Ip=192.0.2.100'],
    ['%ParamName%=%ParamValue%;', 'Geo=ru, br;Ip=192.0.2.100;'],
    // No room for a separator of its own: as the vendor's page on formats shows it.
    ['%ParamName%=%ParamValue%', 'Geo=ru, br Ip=192.0.2.100'],
    ['[%ParamValue% %Other% %]', '[ru, br - %][192.0.2.100 - %]'],
    ['', ''],
  ])('%j', (recordFieldContextFormat, expected) => {
    expect(lineWith({ eventFormat, recordFieldContextFormat }, { context })).toBe(expected);
  });
});
