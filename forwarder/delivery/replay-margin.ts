import { readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';

import type { Collector } from './collector-options.js';

/** What Linux lets a receive buffer grow to, unless an administrator has said otherwise. */
const usualBufferBytes = 6 * 1024 * 1024;
const bufferSettings = '/proc/sys/net/ipv4/tcp_rmem';

/**
 * How much of what a collector's machine has acknowledged may still lie unread in its receive buffer,
 * in bytes: what such a buffer grows to. That of another machine cannot be asked; for a collector on
 * this one it is the largest of `tcp_rmem` (least, initial, largest: tcp(7)).
 *
 * Example: tcp_rmem is `4096 131072 33554432`: 32 MiB for tcp://127.0.0.1:514, else 6 MiB.
 */
export function automaticMargin(
  collector: Collector | undefined,
  readSettings: () => string = () => readFileSync(bufferSettings, 'utf8'),
): number {
  const address = collector?.address;
  if (address === undefined || address.scheme === 'unix' || !isThisMachine(address.host)) {
    return usualBufferBytes;
  }
  try {
    const largest = Number(readSettings().trim().split(/\s+/)[2]);
    return Number.isSafeInteger(largest) ? Math.max(usualBufferBytes, largest) : usualBufferBytes;
  } catch {
    // No such file: another system.
    return usualBufferBytes;
  }
}

function isThisMachine(host: string): boolean {
  if (/^(localhost|127\.\d+\.\d+\.\d+|::1)$/i.test(host)) return true;
  const own = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return own.some(({ address }) => address === host);
}
