import { readFileSync } from 'node:fs';

const reuseFile = '/proc/sys/net/ipv4/tcp_tw_reuse';
const addressCount = 64;

/**
 * Addresses that a client's connections come from, by turns, so that it never runs out of ports: a
 * port that has been used waits a minute (TIME_WAIT), and an address has some 28,000 of them, 470
 * connections a second. Linux takes waiting ports of the loopback interface again after a second when
 * net.ipv4.tcp_tw_reuse is 2, its default, or 1: then nothing need be chosen (empty list), 28,000
 * connections a second are possible, and binding, which costs, is saved. Else 127.0.0.1 to 127.0.0.64:
 * 30,000 a second.
 */
export function sourceAddresses(readReuse = readReuseFile): readonly string[] {
  if (['1', '2'].includes(readReuse())) return [];
  return Array.from({ length: addressCount }, (_, place) => `127.0.0.${place + 1}`);
}

function readReuseFile(): string {
  try {
    return readFileSync(reuseFile, 'latin1').trim();
  } catch {
    return '';
  }
}
