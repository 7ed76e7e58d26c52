import { AssuredConnection } from './assured/assured-connection.js';
import { connectSocket } from './connect-socket.js';
import { ConnectionTransport } from './connection-transport.js';
import { networkAddressOf, streamLineBytes } from './kind.js';
import type { TransportKind } from './kind.js';
import { collectorFault } from './network-faults.js';
import { syslogTcp } from './syslog-tcp.js';

/**
 * `tcp://`: RFC 3164 lines, each ended by LF, over one TCP connection. Assured unless the collector says
 * `assured: false`; it is the package syslog-client that connects then.
 */
export const streamTcp: TransportKind = {
  scheme: 'tcp',
  summary: 'syslog over TCP, LF after each message',
  isCheckable: true,
  create(collector, settings) {
    if (collector?.assured === false) return syslogTcp(collector, settings);
    const target = networkAddressOf(collector);
    const { url } = target;
    return new ConnectionTransport(
      {
        url,
        maxMessageBytes: streamLineBytes,
        hardLimitBytes: Number.POSITIVE_INFINITY,
        isAssured: true,
        explain: (error) => collectorFault(url, error),
        connect: async (signal, onDown) => {
          const socket = await connectSocket(target, settings, signal);
          return new AssuredConnection({ url, raw: socket, stream: socket }, settings, onDown);
        },
      },
      settings,
    );
  },
};
