import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import {
  frameMessage,
  parseSyslog,
  syslogHeader,
  syslogHeaderBytes,
  syslogHost,
} from '../../dsm/index.js';

const origin = { facility: 16, severity: 6, host: 'KL_Threat_Feed_Service_V2' };
const july10 = Date.UTC(2025, 6, 10, 10, 10, 14);

describe('syslogHeader', () => {
  test('is RFC 3164 with PRI, ready for LEEF to follow', () => {
    expect(syslogHeader({ ...origin, atMs: july10, timeZone: 'utc' })).toBe(
      '<134>Jul 10 10:10:14 KL_Threat_Feed_Service_V2 ',
    );
  });

  test('pads the day with a blank and the time with zeros', () => {
    const atMs = Date.UTC(2025, 0, 2, 3, 4, 5);
    expect(syslogHeader({ facility: 0, severity: 0, host: 'h', atMs, timeZone: 'utc' })).toBe(
      '<0>Jan  2 03:04:05 h ',
    );
  });

  test('local time is the default', () => {
    const date = new Date(july10);
    const hours = String(date.getHours()).padStart(2, '0');
    expect(syslogHeader({ ...origin, atMs: july10 })).toContain(` ${hours}:`);
  });

  test('has the same length for every time, an impossible one included', () => {
    const bytes = syslogHeaderBytes(origin);
    for (const atMs of [0, july10, Date.UTC(2024, 1, 29), Number.NaN, Infinity, 8.64e15 + 1]) {
      expect(syslogHeader({ ...origin, atMs })).toHaveLength(bytes);
    }
  });

  test.each([
    [24, 0],
    [-1, 0],
    [16, 8],
    [1.5, 0],
  ])('facility %d with severity %d is refused', (facility, severity) => {
    expect(() => syslogHeader({ facility, severity, host: 'h', atMs: 0 })).toThrow(RangeError);
  });

  test.each([
    ['a b', 'a_b'],
    ['2001:db8::1', '2001_db8__1'],
    ['LEEF:1.0|x', 'LEEF_1.0_x'],
    ['h\n<134>', 'h__134_'],
    ['', '-'],
    ['h'.repeat(300), 'h'.repeat(255)],
  ])('the host %j is written as %j', (host, written) => {
    expect(syslogHost(host)).toBe(written);
  });
});

describe('frameMessage', () => {
  test('ends a message with LF', () => {
    expect(frameMessage('a', 'lf')).toBe('a\n');
  });

  test('a line break inside never makes a second message', () => {
    expect(frameMessage('a\r\nb\nc', 'lf')).toBe('a  b c\n');
    expect(frameMessage('a\nb', 'octet-counting')).toBe('3 a b');
  });

  test('octet counting counts bytes of UTF-8', () => {
    expect(frameMessage('ä😀', 'octet-counting')).toBe('6 ä😀');
  });
});

describe('parseSyslog', () => {
  test.each([
    [
      '<134>Jul  1 10:10:14 HOST LEEF:1.0|a',
      'rfc3164',
      { facility: 16, severity: 6 },
      'Jul  1 10:10:14',
      'HOST',
      'LEEF:1.0|a',
    ],
    ['Jul 10 10:10:14 HOST tag: x', 'rfc3164', undefined, 'Jul 10 10:10:14', 'HOST', 'tag: x'],
    [
      '2025-07-10T10:10:14.123+02:00 HOST LEEF:1.0|a\n',
      'rfc3164',
      undefined,
      '2025-07-10T10:10:14.123+02:00',
      'HOST',
      'LEEF:1.0|a',
    ],
    [
      '<13>1 2019-01-18T11:07:53.520Z host LEEF:1.0|a b c [x]',
      'rfc5424',
      { facility: 1, severity: 5 },
      '2019-01-18T11:07:53.520Z',
      'host',
      'LEEF:1.0|a b c [x]',
    ],
    [
      '<13>1 2019-01-18T11:07:53Z host app 12 ID [a b="]\\"c"][d] \ufeffLEEF:1.0|a',
      'rfc5424',
      { facility: 1, severity: 5 },
      '2019-01-18T11:07:53Z',
      'host',
      'LEEF:1.0|a',
    ],
    ['<13>1 - - app - - - hello\r\n', 'rfc5424', { facility: 1, severity: 5 }, '-', '-', 'hello'],
    ['<13>hello', 'none', { facility: 1, severity: 5 }, undefined, undefined, 'hello'],
    ['<192>hello', 'none', undefined, undefined, undefined, '<192>hello'],
    ['', 'none', undefined, undefined, undefined, ''],
    [
      '<14>Jul  1 10:10:14 HOST',
      'rfc3164',
      { facility: 1, severity: 6 },
      'Jul  1 10:10:14',
      'HOST',
      '',
    ],
  ])('%j', (line, format, priority, timestamp, host, body) => {
    expect(parseSyslog(line)).toEqual({ format, priority, timestamp, host, body });
  });

  test('reads back every header that syslogHeader writes', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 23 }),
        fc.integer({ min: 0, max: 7 }),
        fc.date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true }),
        fc.string({ unit: 'binary', maxLength: 20 }),
        (facility, severity, date, host) => {
          const header = syslogHeader({ facility, severity, host, atMs: date.getTime() });
          expect(parseSyslog(`${header}LEEF:1.0|a`)).toMatchObject({
            format: 'rfc3164',
            priority: { facility, severity },
            host: syslogHost(host),
            body: 'LEEF:1.0|a',
          });
        },
      ),
    );
  });

  test('never throws, and a long hostile line takes no long time', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (line) => {
        expect(typeof parseSyslog(line).body).toBe('string');
      }),
    );
    const line = `<13>1 - - a - - ${'[a="'.repeat(20_000)}`;
    expect(parseSyslog(line).body).toHaveLength(line.length - '<13>1 - - '.length);
  });
});
