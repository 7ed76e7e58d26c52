/**
 * A process that works with the spool of a folder and kills itself at file operation number N: before
 * it, after it, or in the middle of a write. What it was told it writes down first, on its standard
 * output, without any delay: `w N` messages below N are written, `a N` those below are acknowledged.
 */
import { writeSync } from 'node:fs';

import { openSpool } from '../../../forwarder/delivery/spool/index.js';
import { faultyFiles } from './faulty-files.js';
import { work, workloadOptions, type Ledger } from './workload.js';

const [directory = '', fatal = '0', seed = '0'] = process.argv.slice(2);
const manners = ['before', 'after', 'within'] as const;
const dies = manners[Number(fatal) % 3] ?? 'before';

let written = 1;
let acknowledged = 1;
const ledger: Ledger = {
  get written() {
    return written;
  },
  set written(seq) {
    written = seq;
    writeSync(1, `w ${seq}\n`);
  },
  get acknowledged() {
    return acknowledged;
  },
  set acknowledged(seq) {
    acknowledged = seq;
    writeSync(1, `a ${seq}\n`);
  },
};

const files = faultyFiles(({ number }) => {
  if (number !== Number(fatal)) return undefined;
  // By then the operation has had its effect, or half of it.
  if (dies === 'before') process.kill(process.pid, 'SIGKILL');
  else setTimeout(() => process.kill(process.pid, 'SIGKILL'), 5);
  return { dies };
});
const silent = (): void => undefined;
const spool = await openSpool({
  ...workloadOptions(directory, files, ledger),
  counters: { counter: () => ({ value: 0 }) },
  logger: { debug: silent, info: silent, warn: silent, error: silent },
});
await work(spool, ledger, Number(seed));
writeSync(1, `end ${files.count}\n`);
