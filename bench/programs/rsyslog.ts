import { join } from 'node:path';

import type { ListLayout } from '../list-files.js';
import { findProgram } from './child.js';
import { startPeer, writeTemplate } from './peer.js';
import type { BenchProgram } from './program.js';

const table: ListLayout = {
  extension: 'lookup.json',
  head: '{"version":1,"nomatch":"","type":"string","table":[\n',
  item: (value, isFirst) => `${isFirst ? '' : ',\n'}{"index":"${value}","value":"${value}"}`,
  tail: '\n]}\n',
};

/** rsyslog: mmjsonparse, re_extract, lookup tables. */
export const rsyslog: BenchProgram = {
  name: 'rsyslog',
  detects: true,
  isPeer: true,
  absent: 'not installed',
  find: (paths) => paths.rsyslogd ?? findProgram('rsyslogd'),
  start: (file, { directory, collectorPort, list }) =>
    startPeer(file, directory, async (port) => {
      const config = join(directory, 'rsyslog.conf');
      await writeTemplate('rsyslog.conf', config, {
        PORT: port,
        COLLECTOR_PORT: collectorPort,
        DIRECTORY: directory,
        ADDRESSES: await list.exact('ip', table),
        HOSTS: await list.exact('host', table),
        HASHES: await list.exact('md5', table),
      });
      return ['-n', '-f', config, '-i', join(directory, 'rsyslog.pid')];
    }),
};
