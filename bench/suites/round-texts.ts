import type { Measured } from '../measure.js';
import type { BenchOptions } from '../options.js';
import { mebibytes, numberText, spreadOf, spreadText } from '../report.js';

/** The parameters in one line. */
export function setText(options: BenchOptions, distinctEvents: number): string {
  const { events, bytes, candidates, indicators, maskShare, hitRate, family, seed } = options;
  return (
    `${numberText(events)} events (${numberText(distinctEvents)} distinct) of ${bytes} bytes, ` +
    `${candidates} candidates, family ${family}; ${numberText(indicators)} indicators, ` +
    `${numberText(maskShare * 100)} % masks; ${numberText(hitRate * 100, 1)} % hits; seed ${seed}`
  );
}

/** The middle of the rounds' CPU seconds per million events; 0 without rounds. */
export function medianCpu(rounds: readonly Measured[]): number {
  return middleOf(rounds, (one) => one.cpuSecondsPerMillion);
}

/** One figure of all rounds: least, middle, greatest. */
export function spreadOfRounds(
  rounds: readonly Measured[],
  pick: (one: Measured) => number,
  digits: number,
): string {
  return spreadText(spreadOf(rounds.map(pick)), digits);
}

/** Resident MiB: list loaded / at its highest / after the events. */
export function memoryText(rounds: readonly Measured[]): string {
  return [
    middleOf(rounds, (one) => one.steadyBytes),
    middleOf(rounds, (one) => one.peakBytes),
    middleOf(rounds, (one) => one.endBytes),
  ]
    .map(mebibytes)
    .join('/');
}

/** Detections that arrived of those expected; empty where none are. */
export function foundText(rounds: readonly Measured[]): string {
  const expected = rounds[0]?.expected ?? 0;
  if (expected === 0) return '';
  return `${spreadOfRounds(rounds, (one) => one.found, 0)}/${numberText(expected)}`;
}

function middleOf(rounds: readonly Measured[], pick: (one: Measured) => number): number {
  return spreadOf(rounds.map(pick)).median;
}
