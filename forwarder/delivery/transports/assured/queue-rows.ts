import { isIPv6 } from 'node:net';
import { endianness } from 'node:os';

/** The kernel's lists of TCP sockets: those of IPv4, and those of IPv6. */
export type QueueTable = 'tcp' | 'tcp6';

/** The two ends of a connection, as net.Socket names them. */
export interface Endpoints {
  readonly localAddress: string;
  readonly localPort: number;
  readonly remoteAddress: string;
  readonly remotePort: number;
}

/** TCP states (include/net/tcp_states.h) that matter here. */
export type SocketState =
  | 'established'
  | 'finWait1'
  | 'finWait2'
  | 'timeWait'
  | 'closeWait'
  | 'lastAck'
  | 'closing'
  | 'other';

/** What the kernel says about a socket (net/ipv4/tcp_ipv4.c, get_tcp4_sock). */
export interface QueueRow {
  readonly state: SocketState;
  /** Bytes taken from us that the peer's machine has not acknowledged; a FIN counts one. */
  readonly txQueue: number;
  /** What the kernel waits for: an acknowledgement, or room at a peer that has announced none. */
  readonly timer: 'none' | 'retransmit' | 'keepAlive' | 'zeroWindowProbe' | 'other';
  /** How often the same data has been sent again in vain. */
  readonly retransmits: number;
  /** Probes for room, or for life, that were not answered. */
  readonly unansweredProbes: number;
}

const states: Readonly<Record<string, SocketState>> = {
  '01': 'established',
  '04': 'finWait1',
  '05': 'finWait2',
  '06': 'timeWait',
  '08': 'closeWait',
  '09': 'lastAck',
  '0B': 'closing',
};

const timers: Readonly<Record<string, QueueRow['timer']>> = {
  '00': 'none',
  '01': 'retransmit',
  '02': 'keepAlive',
  '04': 'zeroWindowProbe',
};

/**
 * Where the row of a connection is found: its table, and the text of its two ends, which no other row
 * of that table has.
 *
 * Example: 127.0.0.1:514 → 127.0.0.1:8080 on a little-endian machine: `0100007F:0202 0100007F:1F90 `.
 */
export function rowKeyOf(ends: Endpoints): { readonly table: QueueTable; readonly text: string } {
  const table = isIPv6(withoutZone(ends.remoteAddress)) ? 'tcp6' : 'tcp';
  const local = endOf(ends.localAddress, ends.localPort);
  return { table, text: `${local} ${endOf(ends.remoteAddress, ends.remotePort)} ` };
}

const rowPattern =
  /^([0-9A-F]{2}) ([0-9A-F]{8}):[0-9A-F]{8} ([0-9A-F]{2}):[0-9A-F]+ ([0-9A-F]{8}) +\d+ +(\d+)/;

/**
 * Reads the rest of a row, from the state on: `01 00000058:00000000 01:00000014 00000000     0        0 …`;
 * undefined when it is not written like that.
 */
export function parseRow(rest: string): QueueRow | undefined {
  const found = rowPattern.exec(rest);
  if (found === null) return undefined;
  const [, state = '', txQueue = '', timer = '', retransmits = '', probes = ''] = found;
  return {
    state: states[state] ?? 'other',
    txQueue: Number.parseInt(txQueue, 16),
    timer: timers[timer] ?? 'other',
    retransmits: Number.parseInt(retransmits, 16),
    unansweredProbes: Number(probes),
  };
}

function endOf(address: string, port: number): string {
  const plain = withoutZone(address);
  const bytes = isIPv6(plain) ? ipv6Bytes(plain) : ipv4Bytes(plain);
  let text = '';
  // The kernel prints each 32-bit word, which is in network order, as if it were in the machine's.
  for (let word = 0; word < bytes.length; word += 4) {
    const four = bytes.slice(word, word + 4);
    if (endianness() === 'LE') four.reverse();
    text += four.map((byte) => hex(byte, 2)).join('');
  }
  return `${text}:${hex(port, 4)}`;
}

function hex(value: number, digits: number): string {
  return value.toString(16).toUpperCase().padStart(digits, '0');
}

/** `fe80::1%eth0` names the interface too; the kernel's list does not. */
function withoutZone(address: string): string {
  return address.split('%', 1)[0] ?? address;
}

function ipv4Bytes(address: string): number[] {
  return address.split('.').map(Number);
}

/** The 16 bytes of an IPv6 address that isIPv6() accepts, `::ffff:192.0.2.1` among them. */
function ipv6Bytes(address: string): number[] {
  const [head = '', tail] = address.split('::', 2);
  const first = groupBytes(head);
  const last = groupBytes(tail ?? '');
  return [...first, ...new Array<number>(16 - first.length - last.length).fill(0), ...last];
}

function groupBytes(groups: string): number[] {
  if (groups === '') return [];
  return groups.split(':').flatMap((group) => {
    if (group.includes('.')) return ipv4Bytes(group);
    const value = Number.parseInt(group, 16);
    return [value >> 8, value & 0xff];
  });
}
