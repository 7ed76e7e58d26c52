import { join } from 'node:path';

import type { ListLayout } from '../list-files.js';
import { findProgram } from './child.js';
import { startPeer, writeTemplate } from './peer.js';
import type { BenchProgram } from './program.js';

const csv: ListLayout = {
  extension: 'csv',
  head: '',
  item: (value) => `${value},hit,${value}\n`,
  tail: '',
};

/** syslog-ng: json-parser, regexp-parser, add-contextual-data with CSV databases. */
export const syslogNg: BenchProgram = {
  name: 'syslog-ng',
  detects: true,
  isPeer: true,
  absent: 'not installed',
  find: (paths) => paths['syslog-ng'] ?? findProgram('syslog-ng'),
  start: (file, { directory, collectorPort, list }) =>
    startPeer(file, directory, async (port) => {
      const config = join(directory, 'syslog-ng.conf');
      await writeTemplate('syslog-ng.conf', config, {
        PORT: port,
        COLLECTOR_PORT: collectorPort,
        ADDRESSES: await list.exact('ip', csv),
        HOSTS: await list.exact('host', csv),
        HASHES: await list.exact('md5', csv),
      });
      return [
        '--foreground',
        '--no-caps',
        `--cfgfile=${config}`,
        `--persist-file=${join(directory, 'syslog-ng.persist')}`,
        `--control=${join(directory, 'syslog-ng.ctl')}`,
        `--pidfile=${join(directory, 'syslog-ng.pid')}`,
      ];
    }),
};
