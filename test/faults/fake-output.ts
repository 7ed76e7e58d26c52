import { Writable } from 'node:stream';

import { until } from './fake-collector.js';
import type { Behaviour, FakeCollector } from './fake-collector.js';

/** A standard output whose reader behaves as told: EPIPE plays the reset. */
export function startFakeOutput(behaviour: Behaviour): {
  readonly peer: FakeCollector;
  readonly output: Writable;
} {
  const lines: string[] = [];
  let rest = '';
  let bytes = 0;
  const output = new Writable({
    decodeStrings: false,
    write(text: string, _encoding, done) {
      bytes += Buffer.byteLength(text);
      if (behaviour.kind === 'reset-after' && bytes > behaviour.bytes) {
        done(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
        return;
      }
      const parts = (rest + text).split('\n');
      rest = parts.pop() ?? '';
      lines.push(...parts);
      if (behaviour.kind === 'stall') return;
      setTimeout(
        done,
        behaviour.kind === 'slow' ? (text.length * 1000) / behaviour.bytesPerSecond : 0,
      );
    },
  });
  const peer: FakeCollector = {
    url: 'stdout:',
    port: 0,
    lines,
    fragments: [],
    connections: 1,
    openConnections: 1,
    behaviour,
    waitFor: (count, timeoutMs) =>
      until(`${count} messages`, () => lines.length >= count, timeoutMs),
    waitForConnections: () => Promise.resolve(),
    stop: () => Promise.resolve(),
  };
  return { peer, output };
}
