import { describe, expect, test } from '@jest/globals';

import {
  socketFor,
  takeInheritedSockets,
} from '../../../forwarder/service/listening/inherited-sockets.js';

describe('sockets handed over to the process', () => {
  test('are counted from descriptor 3, named, and not handed on to children', () => {
    const env = { LISTEN_FDS: '2', LISTEN_PID: '7', LISTEN_FDNAMES: 'jsa:', PATH: '/bin' };
    expect(takeInheritedSockets(env, 7)).toEqual([
      { descriptor: 3, name: 'jsa' },
      { descriptor: 4, name: undefined },
    ]);
    expect(env).toEqual({ PATH: '/bin' });
  });

  test('of another process are not ours', () => {
    const env = { LISTEN_FDS: '1', LISTEN_PID: '8' };
    expect(takeInheritedSockets(env, 7)).toEqual([]);
    expect(takeInheritedSockets({ LISTEN_FDS: '1' }, 7)).toEqual([]);
    expect(takeInheritedSockets({}, 7)).toEqual([]);
  });

  test.each(['', 'x', '-1', '1.5', '1000'])('a count of "%s" is refused', (count) => {
    expect(() => takeInheritedSockets({ LISTEN_FDS: count, LISTEN_PID: '7' }, 7)).toThrow(
      expect.objectContaining({ code: 'TF_LISTEN', where: 'LISTEN_FDS' }),
    );
  });

  test('the one of the name counts, else the only one; of several none is guessed', () => {
    const jsa = { descriptor: 4, name: 'jsa' };
    const other = { descriptor: 3, name: 'threat-forwarder.socket' };
    expect(socketFor('jsa', [other, jsa])).toBe(jsa);
    expect(socketFor('jsa', [other])).toBe(other);
    expect(socketFor('jsa', [])).toBeUndefined();
    expect(() => socketFor('jsa', [other, { descriptor: 5, name: undefined }])).toThrow(
      'none is called jsa: threat-forwarder.socket, (no name)',
    );
  });
});
