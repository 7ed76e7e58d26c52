/**
 * Looks for inputs on which the hot path, its kernel and the cold path disagree, for damaged files of
 * the spool that are misread, and for anything that throws, for as long as it is told. A finding is
 * printed, shrunk, with the seed that brings it back.
 *
 *   npm run fuzz -- --minutes 10 [--seed 1]
 */
import { parseArgs } from 'node:util';

import fc from 'fast-check';

import { LineFramer, perLine } from '../../forwarder/intake/index.js';
import { createBatchScanner } from '../../forwarder/scanning/index.js';

import { batches, differenceOf } from '../property/support/batches.js';
import { coldReason, compile, scannerOptions } from '../property/support/cold-reason.js';
import { damagedSegments } from '../property/support/spool-segments.js';
import { loadKernel } from '../support/kernel.js';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '1' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
  },
});
const minutes = Number(values.minutes);
const firstSeed = Number(values.seed);
if (!(minutes > 0) || !Number.isSafeInteger(firstSeed)) {
  process.stderr.write('usage: npm run fuzz -- --minutes 10 [--seed 1]\n');
  process.exit(2);
}

const kernel = loadKernel();
const runsOfRound = 1000;

/** Bytes of a batch that are replaced, and where the stream is cut. */
const damage = fc.record({
  places: fc.array(fc.tuple(fc.nat(2000), fc.integer({ min: 0, max: 255 })), { maxLength: 6 }),
  cuts: fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 8 }),
});

const scanning = fc.property(batches, damage, ([indicators, lines], { places, cuts }) => {
  const { filter, index, scanner } = compile(indicators);
  const batch = Buffer.concat(lines.flatMap(([line, ending]) => [line, Buffer.from(ending)]));
  for (const [place, byte] of places) if (place < batch.length) batch[place] = byte;
  const plain = createBatchScanner(filter, scannerOptions);
  const fast = createBatchScanner(filter, scannerOptions, kernel);
  const difference = differenceOf(plain, fast, batch, index);
  if (difference !== undefined) throw new Error(difference);
  const takeLines = perLine((bytes, start, end) => {
    // Also for its not throwing.
    const reason = coldReason(bytes.slice(start, end), index);
    if (reason === undefined || scanner.scan(bytes, start, end) !== 0) return;
    throw new Error(`let go, but ${reason}\n${shown(bytes.slice(start, end))}`);
  });
  const framer = new LineFramer({
    maxLineBytes: 500,
    onLines: (bytes, start, end) => {
      takeLines(bytes, start, end, (error) => {
        throw error;
      });
      const difference = differenceOf(plain, fast, bytes.subarray(start, end), index);
      if (difference !== undefined) throw new Error(difference);
    },
    onOversize: () => undefined,
  });
  for (let at = 0, turn = 0; at < batch.length; turn++) {
    const size = cuts[turn % cuts.length] ?? 1;
    framer.push(batch.subarray(at, at + size));
    at += size;
  }
  framer.end();
});

function shown(bytes: Uint8Array): string {
  return JSON.stringify(Buffer.from(bytes).toString('latin1'));
}

/** Each seed is tried on all of them. */
const targets = [scanning, damagedSegments];

const endsAtMs = Date.now() + minutes * 60_000;
let cases = 0;
for (let seed = firstSeed; Date.now() < endsAtMs; seed = (seed + 1) % 2 ** 31) {
  for (const target of targets) {
    const result = await fc.check<unknown>(target as fc.IRawProperty<unknown>, {
      seed,
      numRuns: runsOfRound,
    });
    cases += result.numRuns;
    if (result.failed) {
      const reason = result.errorInstance instanceof Error ? result.errorInstance.stack : '';
      const report = await fc.asyncDefaultReportMessage(result);
      process.stderr.write(`\nseed ${seed}: ${report}\n${reason ?? ''}\n`);
      process.exit(1);
    }
  }
  const leftSeconds = Math.max(0, Math.round((endsAtMs - Date.now()) / 1000));
  if (process.stderr.isTTY) process.stderr.write(`\r${cases} cases, ${leftSeconds} s left `);
}
process.stdout.write(`${cases} cases from seed ${firstSeed} on: nothing found\n`);
