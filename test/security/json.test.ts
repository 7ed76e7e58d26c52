import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';

import { decodeLine } from '../../forwarder/intake/index.js';
import { startDetecting } from './support/detecting.js';
import type { DetectingService } from './support/detecting.js';

const mebibyte = 1_048_576;

/** Events of about `size` bytes that a parser may choke on. */
function bombsOf(size: number): Readonly<Record<string, string>> {
  const fill = (start: string, piece: string, end = ''): string =>
    start + piece.repeat((size - start.length - end.length) / piece.length) + end;
  const names = Array.from({ length: size / 12 }, (_, at) => `"k${at}":1`);
  return {
    'lists, each in the next': fill('{"payload":', '['),
    'lists, each in the next, that are closed again': fill('{"payload":', '[') + ']'.repeat(50),
    'objects, each in the next': fill('', '{"a":'),
    'beginnings of objects': fill('', '{"'),
    'beginnings of strings': fill('{"a":"', '\\"'),
    'thousands of names': `{"payload":"x",${names.join(',')}}`,
    'one name again and again': fill('{"payload":"x"', ',"a":"y"', '}'),
    'four thousand times the same name': `{"payload":"x"${',"a":"y"'.repeat(4_000)}}`,
    'a number of very many digits': fill('{"payload":"x","a":', '9', '}'),
    'a fraction of very many digits': fill('{"payload":"x","a":0.', '3', '}'),
    'a list of very many numbers': fill('{"payload":"x","a":[1', ',1', ']}'),
    'a hundred thousand escapes': fill('{"payload":"', '\\u0041', '"}'),
    'halves of surrogate pairs': fill('{"payload":"', '\\ud800', '"}'),
    'whole objects one after the other': fill('', '{"a":1}'),
    'envelopes one after the other': fill('', '{"payload":""}'),
    'colons, commas and brackets in disorder': fill('{"', ':,]}[{"'),
    'control characters': fill('{"payload":"', '\u0001', '"}'),
  };
}

/** As long as an event may be: what is longer is no event. */
const bombs = bombsOf(mebibyte - 100);

/** Milliseconds of processor time: what else runs on the machine does not count. */
function cpuMs(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

describe('JSON that is made to exhaust', () => {
  afterEach(() => {
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  /** Far above what it takes (see below), far below what an unguarded parser takes: seconds to minutes. */
  const mostCpuMs = 1_000;

  test.each(Object.entries(bombs))('%s: ends soon, and is an event like any other', (_, line) => {
    const bytes = Buffer.from(line);
    expect(bytes.length).toBeLessThanOrEqual(mebibyte);
    let events = 0;
    const spent = cpuMs(() => {
      events = decodeLine(bytes, 0, bytes.length).events.length;
    });
    expect(events).toBeGreaterThan(0);
    expect(spent).toBeLessThan(mostCpuMs);
  });

  test('twice the bytes never cost much more than twice the time', () => {
    const least = (line: string): number => {
      const bytes = Buffer.from(line);
      return Math.min(
        ...Array.from({ length: 3 }, () => cpuMs(() => decodeLine(bytes, 0, bytes.length))),
      );
    };
    const halves = bombsOf(mebibyte / 2);
    for (const [name, line] of Object.entries(bombs)) {
      // A few milliseconds are the runtime's own.
      const isLinear = least(line) < 3.5 * least(halves[name] ?? '') + 100;
      expect({ name, isLinear }).toEqual({ name, isLinear: true });
    }
  });
});

describe('JSON that is made to deceive', () => {
  const oneField = (line: string): ReadonlyMap<string, string> => {
    const bytes = Buffer.from(line);
    const [event] = decodeLine(bytes, 0, bytes.length).events;
    return event?.kind === 'envelope' ? event.fields : new Map();
  };

  test('names of the language itself are names like any other', () => {
    const fields = oneField(
      '{"payload":"x","__proto__":{"polluted":"yes"},"constructor":{"prototype":{"polluted":"yes"}},' +
        '"toString":"a","hasOwnProperty":"b","valueOf":"c","__defineGetter__":"d"}',
    );
    expect([...fields.keys()]).toHaveLength(7);
    expect(fields.get('constructor')).toBe('{"prototype":{"polluted":"yes"}}');
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  test('numbers that no double holds keep their digits, or are no value', () => {
    const fields = oneField(
      '{"payload":"x","a":9007199254740993,"b":-123456789012345678901234567890,"c":1e400,"d":12}',
    );
    expect(fields.get('a')).toBe('9007199254740993');
    expect(fields.get('b')).toBe('-123456789012345678901234567890');
    expect(fields.has('c')).toBe(false);
    expect(fields.get('d')).toBe('12');
  });
});

describe('the service under such JSON', () => {
  let detecting: DetectingService;

  beforeAll(async () => {
    detecting = await startDetecting();
  }, 40_000);

  afterAll(async () => {
    expect(await detecting.stop()).toBe(0);
  });

  const hosts = (): readonly string[] =>
    detecting.detections().map(({ attributes }) => attributes['url'] ?? '');

  test('10 MB of brackets, of names and of digits are no event; the one behind them is', async () => {
    const ten = 10 * mebibyte;
    await detecting.send(
      `{"payload":${'['.repeat(ten)}\n`,
      `{${Array.from({ length: 1_000_000 }, (_, at) => `"k${at}":1`).join(',')}}\n`,
      `{"payload":${'9'.repeat(ten)}}\n`,
      'http://behind.evil.example/\n',
    );
    await detecting.service.until(() => hosts().length > 0, 'the event behind');
    expect(hosts()).toEqual(['http://behind.evil.example/']);
    expect(await detecting.metric('tf_events_rejected_total{reason="line_too_long"}')).toBe(3);
  });

  test('an indicator in the first of two fields of one name is found, and so is one in the second', async () => {
    const before = hosts().length;
    await detecting.send(
      '{"payload":"http://first.evil.example/","payload":"nothing"}\n',
      '{"payload":"nothing","payload":"http://second.evil.example/"}\n',
      '{"URL":"http://third.evil.example/","payload":"nothing","URL":"http://clean.example/"}\n',
    );
    await detecting.service.until(() => hosts().length >= before + 3, 'all three');
    expect(hosts().slice(before)).toEqual([
      'http://first.evil.example/',
      'http://second.evil.example/',
      'http://third.evil.example/',
    ]);
  });

  test('two objects on a line are both events, and what stands around them ends neither', async () => {
    const before = hosts().length;
    await detecting.send(
      '{"payload":"http://one.evil.example/"}{"payload":"http://two.evil.example/"}\n',
      '}}]] {"payload":"http://three.evil.example/"} }{"]:,\n',
    );
    await detecting.service.until(() => hosts().length >= before + 3, 'all three');
    expect(hosts().slice(before)).toEqual([
      'http://one.evil.example/',
      'http://two.evil.example/',
      'http://three.evil.example/',
    ]);
  });

  test('an event behind a bomb is found, and so is what stands in one that is no envelope', async () => {
    const before = hosts().length;
    const lines = Object.values(bombs).map((bomb) => bomb.slice(0, mebibyte - 100));
    const isRaw = lines.map((line) => {
      const bytes = Buffer.from(line);
      return decodeLine(bytes, 0, bytes.length).events.every(({ kind }) => kind === 'raw');
    });
    await detecting.send(
      ...lines.map((line, at) => {
        const inside = isRaw[at] === true ? `http://in${at}.evil.example/ ` : '';
        return `${inside}${line}\nhttp://behind${at}.evil.example/\n`;
      }),
    );
    const due = lines.length + isRaw.filter((one) => one).length;
    expect(due).toBeGreaterThan(25);
    await detecting.service.until(() => hosts().length >= before + due, 'all');
    expect(new Set(hosts().slice(before)).size).toBe(due);
  });
});
