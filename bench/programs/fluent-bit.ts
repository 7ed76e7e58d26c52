import { join } from 'node:path';

import type { ListLayout } from '../list-files.js';
import { startPeer, writeTemplate } from './peer.js';
import type { BenchProgram } from './program.js';

const lines: ListLayout = {
  extension: 'txt',
  head: '',
  item: (value) => `${value}\n`,
  tail: '',
};

/** Fluent Bit: JSON input, parser filters, checklist filters. Runs only when its file is given. */
export const fluentBit: BenchProgram = {
  name: 'fluent-bit',
  detects: true,
  isPeer: true,
  absent: 'not given',
  find: (paths) => paths['fluent-bit'],
  start: (file, { directory, collectorPort, list }) =>
    startPeer(file, directory, async (port) => {
      const config = join(directory, 'fluent-bit.conf');
      const parsers = join(directory, 'fluent-bit-parsers.conf');
      await writeTemplate('fluent-bit-parsers.conf', parsers, {});
      await writeTemplate('fluent-bit.conf', config, {
        PORT: port,
        COLLECTOR_PORT: collectorPort,
        PARSERS: parsers,
        ADDRESSES: await list.exact('ip', lines),
        HOSTS: await list.exact('host', lines),
        HASHES: await list.exact('md5', lines),
      });
      return ['--config', config];
    }),
};
