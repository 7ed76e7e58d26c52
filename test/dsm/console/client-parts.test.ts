import { describe, expect, test } from '@jest/globals';

import { ConsoleError } from '../../../dsm/console/index.js';
import { parseConsoleAddress } from '../../../dsm/console/http/address.js';
import { silence, type Failure } from '../../../dsm/console/http/network-faults.js';
import { isWorthAnother, pauseAfter, retryAfterMs } from '../../../dsm/console/http/retry.js';
import type { Answer } from '../../../dsm/console/http/transport.js';
import { chooseVersion } from '../../../dsm/console/versions.js';

const answered = (status: number): Answer => ({
  kind: 'answer',
  status,
  text: '',
  receivedAtMs: 0,
  header: () => undefined,
});
const failed = (mayBeSent: boolean, chance: Failure['chance']): Failure => ({
  kind: 'failure',
  error: new ConsoleError('TF_PEER_UNAVAILABLE', 'x', { where: 'x', hint: 'x' }),
  mayBeSent,
  chance,
});

describe('what is sent again', () => {
  test.each<[string, Answer | Failure, boolean, boolean]>([
    ['429', answered(429), true, true],
    ['500', answered(500), false, false],
    ['502', answered(502), true, false],
    ['503', answered(503), true, true],
    ['504', answered(504), true, false],
    ['409', answered(409), false, false],
    ['a connection that was not opened', failed(false, 'passing'), true, true],
    ['a connection that was not opened and never will be', failed(false, 'none'), false, false],
    ['a connection that broke', failed(true, 'passing'), true, false],
    ['silence', silence('x', 1), true, false],
  ])('after %s', (_what, outcome, get, change) => {
    expect(isWorthAnother('GET', outcome, 1)).toBe(get);
    expect(isWorthAnother('POST', outcome, 1)).toBe(change);
    expect(isWorthAnother('DELETE', outcome, 1)).toBe(change);
  });

  test('silence is waited for twice', () => {
    expect(isWorthAnother('GET', silence('x', 1), 2)).toBe(false);
  });
});

describe('the pause before it', () => {
  test('doubles, is not the same for all, and has an end', () => {
    const pauses = [1, 2, 3, 20].map((attempt) => pauseAfter(attempt, 1000, undefined, () => 0.5));
    expect(pauses).toEqual([1000, 2000, 4000, 30_000]);
    expect(pauseAfter(1, 1000, undefined, () => 0)).toBe(750);
    expect(pauseAfter(1, 1000, undefined, () => 1)).toBe(1250);
  });

  test('is as long as the console asks, a minute at most', () => {
    expect(pauseAfter(1, 1000, 20_000)).toBe(20_000);
    expect(pauseAfter(1, 1000, 86_400_000)).toBe(60_000);
    expect(retryAfterMs('7', 0)).toBe(7000);
    expect(retryAfterMs('Thu, 01 Jan 1970 00:00:09 GMT', 4000)).toBe(5000);
    expect(retryAfterMs('Thu, 01 Jan 1970 00:00:01 GMT', 4000)).toBe(0);
    expect(retryAfterMs('soon', 0)).toBeUndefined();
    expect(retryAfterMs(undefined, 0)).toBeUndefined();
  });
});

describe('the version that is spoken', () => {
  const choose = (offered: readonly unknown[], wanted?: string) =>
    chooseVersion(offered, wanted, 'there');
  const of = (version: string, more: object = {}) => ({ version, ...more });
  const [deprecated, removed] = [{ deprecated: true }, { removed: true }];

  test.each([
    ['the newest', [of('9.0'), of('20.0'), of('19.1')], '20.0'],
    ['none newer than is known', [of('26.0'), of('27.0'), of('26.1')], '26.0'],
    ['no removed one', [of('19.0'), of('20.0', removed)], '19.0'],
    ['no deprecated one', [of('19.0'), of('20.0', deprecated)], '19.0'],
    ['a deprecated one if all others are too new', [of('26.0', deprecated), of('29.0')], '26.0'],
  ])('is %s', (_what, offered, version) => {
    expect(choose(offered)).toBe(version);
  });

  test('is the one that is wanted, if it is offered', () => {
    const offered = [of('20.0'), of('29.0'), of('9.0', removed)];
    expect(choose(offered, '29.0')).toBe('29.0');
    const refused = { code: 'TF_CONFIG', message: expect.stringContaining('29.0, 20.0') };
    expect(() => choose(offered, '9.0')).toThrow(expect.objectContaining(refused));
  });
});

describe('the address of a console', () => {
  test.each([
    ['https://192.0.2.5', '/api', '192.0.2.5', 'https://192.0.2.5'],
    ['https://192.0.2.5:8443/', '/api', '192.0.2.5', 'https://192.0.2.5:8443'],
    [' https://Jsa.Example/api/ ', '/api', 'jsa.example', 'https://jsa.example'],
    ['https://gw.example/jsa//', '/jsa/api', 'gw.example', 'https://gw.example/jsa'],
    ['https://[2001:db8::5]', '/api', '2001:db8::5', 'https://[2001:db8::5]'],
  ])('%s', (text, prefix, host, shown) => {
    expect(parseConsoleAddress(text)).toMatchObject({ prefix, host, shown });
  });
});

test('names of the console in an error cannot steer a terminal', () => {
  const text = 'ec0\u001b[2Jx\u009by\u202e';
  const error = new ConsoleError('TF_CONSOLE', text, { where: text, hint: text });
  expect([error.message, error.where, error.hint]).toEqual(Array(3).fill('ec0 [2Jx y '));
});
