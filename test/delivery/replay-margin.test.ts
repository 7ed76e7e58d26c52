import { hostname, networkInterfaces } from 'node:os';

import { describe, expect, test } from '@jest/globals';

import { checkCollector } from '../../forwarder/delivery/collector-options.js';
import { automaticMargin } from '../../forwarder/delivery/replay-margin.js';

const usual = 6 * 2 ** 20;
const marginOf = (url: string, settings: string | Error): number =>
  automaticMargin(checkCollector({ url }, 'collectors[0]'), () => {
    if (settings instanceof Error) throw settings;
    return settings;
  });

describe('the margin that nobody has set', () => {
  const large = '4096\t131072\t33554432\n';

  test.each(['tcp://127.0.0.1:514', 'tcp://127.9.9.9:514', 'tls://[::1]:6514', 'tcp://LOCALHOST'])(
    '%s is on this machine: its largest receive buffer',
    (url) => {
      expect(marginOf(url, large)).toBe(32 * 2 ** 20);
      expect(marginOf(url, '4096 131072 1048576')).toBe(usual);
    },
  );

  test('every address of this machine is on this machine', () => {
    const own = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
    for (const { address, family } of own) {
      const host = family === 'IPv6' ? `[${address}]` : address;
      expect(marginOf(`tcp://${host}:514`, large)).toBe(32 * 2 ** 20);
    }
  });

  test.each(['tcp://192.0.2.10:514', 'tls://collector.example:6514'])(
    '%s is another machine, which cannot be asked',
    (url) => {
      expect(hostname()).not.toBe('collector.example');
      expect(marginOf(url, large)).toBe(usual);
    },
  );

  test.each(['', '4096 131072', 'none of it', new Error('ENOENT')])(
    'settings that cannot be read (%s) mean the usual',
    (settings) => {
      expect(marginOf('tcp://127.0.0.1:514', settings)).toBe(usual);
    },
  );

  test('standard output and unix sockets have no such buffer', () => {
    expect(automaticMargin(undefined, () => large)).toBe(usual);
    expect(marginOf('unix:///dev/log', large)).toBe(usual);
  });
});
