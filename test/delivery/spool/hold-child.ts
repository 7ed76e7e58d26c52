/**
 * A process of its own that opens the spool of a folder and says so on standard output, or why it
 * cannot. It holds it until its standard input ends.
 */
import { openSpool } from '../../../forwarder/delivery/spool/index.js';

const directory = process.argv[2] ?? '';
const silent = (): void => undefined;
try {
  const spool = await openSpool({
    directory,
    maxBytes: 2 ** 24,
    segmentBytes: 2 ** 16,
    whenFull: 'dropOldest',
    syncMs: 50,
    counters: { counter: () => ({ value: 0 }) },
    logger: { debug: silent, info: silent, warn: silent, error: silent },
    clock: Date.now,
    events: { onEvicted: silent },
  });
  process.stdout.write('open\n');
  process.stdin.resume();
  process.stdin.once('end', () => void spool.close());
} catch (error) {
  process.stdout.write(`${error instanceof Error ? error.message : String(error)}\n`);
}
