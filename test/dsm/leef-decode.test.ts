import { describe, expect, test } from '@jest/globals';

import { decodeLeef } from '../../dsm/index.js';
import type { LeefEvent } from '../../dsm/index.js';

function decode(line: string): LeefEvent {
  const decoded = decodeLeef(line);
  if (!decoded.ok) throw new Error(decoded.problem);
  return decoded.event;
}

function attributes(pairs: string): Record<string, string> {
  return Object.fromEntries(decode(`LEEF:1.0|V|P|1|E|${pairs}`).attributes);
}

describe("reads as IBM's LEEF parser was measured to read", () => {
  test('TAB separated: all keys', () => {
    expect(attributes('url=u\tmd5=-\tusrName=U')).toEqual({ url: 'u', md5: '-', usrName: 'U' });
  });

  test('blanks in place of TAB: one key swallows the rest', () => {
    expect(attributes('url=u md5=- usrName=U')).toEqual({ url: 'u md5=- usrName=U' });
  });

  test('= inside a value: the first one splits', () => {
    expect(attributes('url=a?b=c&d=e')).toEqual({ url: 'a?b=c&d=e' });
  });

  test('backslash escapes stay literal', () => {
    expect(attributes('a=x\\=y\\tz\\|')).toEqual({ a: 'x\\=y\\tz\\|' });
  });

  test('a pipe in the EventID cuts it, the rest becomes part of the first key', () => {
    const event = decode('LEEF:1.0|V|P|1|KL|X|url=u\tmd5=-');
    expect(event.eventId).toBe('KL');
    expect([...event.attributes]).toEqual([
      ['X|url', 'u'],
      ['md5', '-'],
    ]);
  });

  test('a pipe in a value is fine', () => {
    expect(attributes('url=a|b\tmd5=-')).toEqual({ url: 'a|b', md5: '-' });
  });

  test('TAB in a value: the value is cut, the rest spoils the next key', () => {
    expect(attributes('url=a\tb\tmd5=-')).toEqual({ url: 'a', 'b\tmd5': '-' });
  });

  test('an empty value drops its key', () => {
    expect(attributes('url=\tmd5=-')).toEqual({ md5: '-' });
  });

  test('of equal keys the first counts', () => {
    expect(attributes('a=1\ta=2')).toEqual({ a: '1' });
  });

  test('a key without = swallows the next pair', () => {
    expect(attributes('flag\ta=1\tb=2')).toEqual({ 'flag\ta': '1', b: '2' });
  });

  test('outer blanks are trimmed', () => {
    expect(attributes(' a = 1 \tb= 2')).toEqual({ a: '1', b: '2' });
  });

  test('LEEF: before the real header breaks the header', () => {
    expect(decode('host LEEF: x LEEF:1.0|V|P|1|E|a=1')).toMatchObject({
      prefix: 'host ',
      leefVersion: ' x LEEF:1.0',
    });
  });

  test('without the pipe behind the EventID the attributes merge into it', () => {
    const event = decode('LEEF:1.0|V|P|1|E\ta=1');
    expect(event.eventId).toBe('E\ta=1');
    expect(event.attributes.size).toBe(0);
  });

  test('Cyrillic', () => {
    expect(attributes('usrName=Иван')).toEqual({ usrName: 'Иван' });
  });
});

describe('further forms', () => {
  test('a syslog header before it is the prefix; a line end is dropped', () => {
    const event = decode('<134>Jul  1 10:10:14 H LEEF:1.0|V|P|1|E|a=1\r\n');
    expect(event).toMatchObject({
      prefix: '<134>Jul  1 10:10:14 H ',
      leefVersion: '1.0',
      vendor: 'V',
      product: 'P',
      version: '1',
      eventId: 'E',
    });
    expect(event.attributes.get('a')).toBe('1');
  });

  test.each([
    ['^', 'a=1^b=2'],
    ['x5E', 'a=1^b=2'],
    ['0x7c', 'a=1|b=2'],
    ['', 'a=1\tb=2'],
  ])('LEEF 2.0 with the separator field %j', (separator, pairs) => {
    const event = decode(`LEEF:2.0|V|P|1|E|${separator}|${pairs}`);
    expect(Object.fromEntries(event.attributes)).toEqual({ a: '1', b: '2' });
  });

  test('LEEF 2.0 without a separator field uses TAB', () => {
    const event = decode('LEEF:2.0|V|P|1|E|a=1\tb=2');
    expect(Object.fromEntries(event.attributes)).toEqual({ a: '1', b: '2' });
  });

  test.each([
    ['no header', 'Jul 10 something else', 'no_leef_header'],
    ['a short header', 'LEEF:1.0|V|P', 'short_header'],
    ['LEEF 2.0 with text in place of a separator', 'LEEF:2.0|V|P|1|E|a=1|2', 'bad_separator'],
  ])('%s is a problem, not an event', (_name, line, problem) => {
    expect(decodeLeef(line)).toEqual({ ok: false, problem });
  });

  test('keys of Object.prototype are keys like any other', () => {
    const { attributes: found } = decode('LEEF:1.0|V|P|1|E|__proto__=1\tconstructor=2');
    expect([...found]).toEqual([
      ['__proto__', '1'],
      ['constructor', '2'],
    ]);
  });
});
