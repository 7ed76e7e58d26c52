/**
 * Events per second and CPU seconds per million events, intake → detection → delivery, of the built
 * service as its own process, beside the floor: a Node program that only counts lines.
 *
 *   npm run bench -- --events 1000000 --indicators 1000000 --hit-rate 0.01 [--rounds 3] [--json]
 */
import { parseArgs } from 'node:util';

import { measureFloor, measureService } from './measure.js';
import type { Measured } from './measure.js';

const { values } = parseArgs({
  options: {
    events: { type: 'string', default: '1000000' },
    indicators: { type: 'string', default: '1000000' },
    'hit-rate': { type: 'string', default: '0.01' },
    rounds: { type: 'string', default: '3' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
});

const set = {
  seed: Number(values.seed),
  events: Number(values.events),
  indicators: Number(values.indicators),
  hitRate: Number(values['hit-rate']),
};
const rounds: { readonly floor: Measured; readonly service: Measured }[] = [];
for (let round = 0; round < Number(values.rounds); round += 1) {
  // By turns, so that both meet the same noise of the machine.
  rounds.push({ floor: await measureFloor(set), service: await measureService(set) });
}

if (values.json) {
  process.stdout.write(`${JSON.stringify({ set, rounds }, undefined, 2)}\n`);
} else {
  print(rounds);
}

function print(results: readonly { readonly floor: Measured; readonly service: Measured }[]): void {
  const row = (name: string, measured: Measured): string =>
    [
      name.padEnd(14),
      measured.cpuSecondsPerMillion.toFixed(2).padStart(12),
      Math.round(measured.eventsPerSecond).toLocaleString('en').padStart(12),
      mebibytes(measured.steadyBytes).padStart(12),
      mebibytes(measured.peakBytes).padStart(12),
      `${measured.detections}/${measured.expectedDetections}`.padStart(16),
    ].join('');
  process.stdout.write(
    `${set.events} events, ${set.indicators} indicators, hit rate ${set.hitRate}, seed ${set.seed}\n\n` +
      `${'program'.padEnd(14)}${[
        'CPU s/million',
        'events/s',
        'steady MiB',
        'peak MiB',
        'found/expected',
      ]
        .map((heading, index) => heading.padStart(index === 4 ? 16 : index === 0 ? 12 : 12))
        .join('')}\n`,
  );
  for (const { floor, service } of results) {
    process.stdout.write(`${row('line counter', floor)}\n${row('forwarder', service)}\n`);
  }
}

function mebibytes(bytes: number): string {
  return bytes === 0 ? '-' : (bytes / 1048576).toFixed(0);
}
