import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { blankSeparatedPattern } from '../../../dsm/content/extension/blank-separated.js';
import { logSourceExtensionXml } from '../../../dsm/content/log-source-extension.js';
import { decodeLeef, describeEvent, encodeLeef, eventCatalogue } from '../../../dsm/index.js';
import { customProperties, propertyPattern } from '../../../dsm/properties/custom-properties.js';
import { readLogSourceExtension } from '../../support/log-source-extension.js';
import { goldenMessages } from './golden-messages.js';

const xml = logSourceExtensionXml({ properties: customProperties });
const extension = readLogSourceExtension(xml);
const messages = goldenMessages();
const events = messages.filter((line) => decodeLeef(line).ok);

/** What a reader of LEEF makes of a line, in JSA's fields. */
function fieldsByLeef(line: string): Record<string, string> {
  const decoded = decodeLeef(line);
  if (!decoded.ok) throw new Error(decoded.problem);
  const { eventId, attributes } = decoded.event;
  const fields: Record<string, string | undefined> = {
    EventName: eventId,
    EventCategory: attributes.get('cat') ?? describeEvent(eventId).type,
    SourceIp: attributes.get('src'),
    DestinationIp: attributes.get('dst'),
    UserName: attributes.get('usrName'),
    DeviceTime: attributes.get('devTime'),
  };
  return withoutAbsent(fields);
}

function withoutAbsent(fields: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(fields).filter((pair): pair is [string, string] => pair[1] !== undefined),
  );
}

const read = (line: string) => Object.fromEntries(extension.read(line));

/** A value that holds ` word=` cannot be told from attributes once the TABs are gone. */
function isAmbiguous(line: string): boolean {
  const decoded = decodeLeef(line);
  return decoded.ok && [...decoded.event.attributes.values()].some((v) => / \w+=/.test(v));
}

test('there are messages of every type, with and without each field', () => {
  expect(events.length).toBeGreaterThan(15);
  expect(messages.filter((line) => !decodeLeef(line).ok)).toEqual(['LookupFinished']);
  const read = events.map((line) => fieldsByLeef(line));
  for (const field of ['SourceIp', 'DestinationIp', 'UserName', 'DeviceTime']) {
    expect(read.some((fields) => fields[field] === undefined)).toBe(true);
    expect(read.some((fields) => fields[field] !== undefined)).toBe(true);
  }
  expect(new Set(read.map(({ EventCategory }) => EventCategory))).toEqual(
    new Set(['Detect', 'Status', 'Evaluation']),
  );
});

test('it is the same at each build and reads the header of nothing else', () => {
  expect(logSourceExtensionXml({ properties: customProperties })).toBe(xml);
  expect(read('Jul 10 10:10:14 host sshd[1]: src=10.0.0.1 usrName=root')).toEqual({});
  expect(read('LookupFinished')).toEqual({});
});

describe('golden messages', () => {
  test('as they are', () => {
    for (const line of events) expect([line, read(line)]).toEqual([line, fieldsByLeef(line)]);
  });

  test('with a line end', () => {
    for (const line of events) expect(read(`${line}\r\n`)).toEqual(fieldsByLeef(line));
  });

  test('with blanks in place of TABs', () => {
    const ambiguous = events.filter(isAmbiguous);
    expect(ambiguous.length).toBeLessThan(events.length / 10);
    for (const line of events) {
      if (ambiguous.includes(line)) continue;
      expect(read(line.replaceAll('\t', ' '))).toEqual(fieldsByLeef(line));
      expect(read(`${line.replaceAll('\t', '  ')}\n`)).toEqual(fieldsByLeef(line));
    }
  });

  test.each(customProperties.map(({ name, key }) => [name, key] as const))(
    'custom property %s',
    (_name, key) => {
      const tabs = new RegExp(propertyPattern(key));
      const blanks = new RegExp(blankSeparatedPattern(key));
      for (const line of events) {
        const decoded = decodeLeef(line);
        const value = decoded.ok ? decoded.event.attributes.get(key) : undefined;
        expect(tabs.exec(line)?.[1]).toBe(value);
        if (isAmbiguous(line)) continue;
        expect(blanks.exec(line.replaceAll('\t', ' '))?.[1]).toBe(value);
        if (line.includes('\t')) expect(blanks.exec(line)).toBeNull();
      }
    },
  );
});

test('the category of every event is its type, whether or not the line has cat', () => {
  for (const { id, type } of eventCatalogue) {
    const header = { vendor: 'Kaspersky Lab', product: 'Threat Feed Service', version: '2.0' };
    const withCat = encodeLeef({ ...header, eventId: id }, [['cat', type]]);
    const withoutCat = encodeLeef({ ...header, eventId: id }, [['sev', '1']]);
    expect(extension.read(withCat).get('EventCategory')).toBe(type);
    expect(extension.read(withoutCat).get('EventCategory')).toBe(type);
  }
});

test('an event of the site whose id does not tell its type', () => {
  const own = { ...describeEvent('X.Done'), type: 'Evaluation' as const };
  const other = readLogSourceExtension(
    logSourceExtensionXml({ events: [own], properties: customProperties }),
  );
  expect(other.read('LEEF:1.0|V|P|1|X.Done|sev=1').get('EventCategory')).toBe('Evaluation');
  expect(other.read('LEEF:1.0|V|P|1|XxDone|sev=1').get('EventCategory')).toBe('Detect');
});

describe('whatever the values are', () => {
  const keys = ['cat', 'src', 'dst', 'usrName', 'devTime', 'url', 'sev', 'threat'];
  const value = fc.oneof(
    fc.string(),
    fc.string({ unit: 'binary' }),
    fc.constantFrom(
      'a b',
      'x= src=10.0.0.9',
      '|src=10.0.0.9',
      'LEEF:1.0|a|b|c|d|src=1.1.1.1',
      '\\',
    ),
    fc.stringMatching(/^[a-z=| .:]{0,30}$/),
  );
  const attributes = fc.uniqueArray(fc.tuple(fc.constantFrom(...keys), value), {
    selector: ([key]) => key,
    minLength: 2,
  });
  const line = (pairs: readonly (readonly [string, string])[], eventId: string) =>
    `<134>Jul 10 10:10:14 host ${encodeLeef({ vendor: 'V', product: 'P', version: '1', eventId }, pairs)}`;

  test('an event with TABs is read as the LEEF reader reads it', () => {
    fc.assert(
      fc.property(attributes, fc.string({ minLength: 1 }), (pairs, eventId) => {
        const event = line(pairs, eventId);
        expect(read(event)).toEqual(fieldsByLeef(event));
      }),
    );
  });

  test('with blanks for TABs it is read alike as long as no value looks like an attribute', () => {
    const words = fc.array(fc.stringMatching(/^[a-z0-9.:|/?&\\-]{1,9}$/), { minLength: 1 });
    const address = fc.ipV4();
    const plain = fc.record({
      devTime: fc.integer({ min: 1_000_000_000_000, max: 9_999_999_999_999 }).map(String),
      cat: fc.constantFrom('Detect', 'Status'),
      url: words.map((all) => all.join(' ')),
      src: address,
      usrName: words.map((all) => all.join(' ')),
      dst: address,
    });
    const some = fc.tuple(plain, fc.shuffledSubarray(keys, { minLength: 1 }));
    fc.assert(
      fc.property(some, ([values, chosen]) => {
        const all: Readonly<Record<string, string>> = { sev: '1', threat: 'a  b c', ...values };
        // First as in our own events: a key of the LEEF reader would have all the rest as its value.
        const pairs = [['eventTime', '1'], ...chosen.map((key) => [key, all[key] ?? ''])] as const;
        const event = line(pairs as readonly (readonly [string, string])[], 'KL_X_URL');
        expect(read(event.replaceAll('\t', ' '))).toEqual(fieldsByLeef(event));
      }),
    );
  });
});

describe('blanks in place of TABs', () => {
  const header = 'LEEF:1.0|V|P|1|E|';
  const find = (key: string, attributes: string) =>
    new RegExp(blankSeparatedPattern(key)).exec(header + attributes)?.[1];

  test.each([
    ['of equal keys the first counts', 'a', 'a=1 b=2 a=3', '1'],
    ['of equal keys the first counts, behind another', 'a', 'b=2 a=1 a=3', '1'],
    ['a value with blanks', 'a', 'a=04.01.2016 16:40 b=2', '04.01.2016 16:40'],
    ['the last value', 'a', 'b=2 a=x y', 'x y'],
    ['the end of another key', 'a', 'bb_a=1', undefined],
    ['an empty value', 'a', 'b=1 a= c=2', undefined],
    ['= in a value', 'a', 'b=1 a=x?y=1&z=2 c=2', 'x?y=1&z=2'],
    ['a pipe behind a value, as version 1 of the service wrote it', 'b', 'a=u| b=2', '2'],
    ['a TAB anywhere', 'b', 'a=1 b=2 c=3\td=4', undefined],
  ])('%s', (_name, key, attributes, expected) => {
    expect(find(key, attributes)).toBe(expected);
  });
});

test('in an event with TABs no part of a value passes for an attribute', () => {
  const spoof =
    'http://x/ cat=Status src=10.0.0.9 dst=10.0.0.9 usrName=root devTime=1752142214000 z=1';
  const event = `LEEF:1.0|V|P|1|KL_Malicious_URL|url=${spoof}\tmd5=-`;
  expect(read(event)).toEqual({ EventName: 'KL_Malicious_URL', EventCategory: 'Detect' });
});

test('hostile events cost time in proportion to their length', () => {
  // No clock is asked: with the square of such lengths the test would never end.
  const filler = ['src=', ' src= ', ' '.repeat(9), 'a b=', 'LEEF:1.0|'];
  for (const piece of filler) {
    const event = `LEEF:1.0|V|P|1|E|url=x ${piece.repeat(50_000)}\tsev=1`;
    expect(extension.read(event).get('EventName')).toBe('E');
    expect(extension.read(event.replace('\t', ' ')).get('EventName')).toBe('E');
  }
});
