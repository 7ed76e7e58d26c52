import { connect } from 'node:net';

import { ConnectionTransport } from './connection-transport.js';
import { socketPathOf, streamLineBytes } from './kind.js';
import type { TransportKind } from './kind.js';
import { collectorFault } from './network-faults.js';
import { connected } from './socket.js';
import { StreamConnection } from './stream.js';

/** `unix://`: the lines of `tcp://` over a stream socket of this machine. */
export const streamUnix: TransportKind = {
  scheme: 'unix',
  summary: 'syslog over a stream socket of this machine, LF after each message',
  isCheckable: true,
  create(collector, settings) {
    const { path, url } = socketPathOf(collector);
    return new ConnectionTransport(
      {
        url,
        maxMessageBytes: streamLineBytes,
        hardLimitBytes: Number.POSITIVE_INFINITY,
        explain: (error) => collectorFault(url, error),
        connect: async (signal, onDown) => {
          const socket = connect({ path });
          await connected(socket, 'connect', signal);
          return new StreamConnection(socket, settings, onDown);
        },
      },
      settings,
    );
  },
};
