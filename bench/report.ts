import { arch, cpus, platform, release, totalmem } from 'node:os';

/** What the figures depend on besides the programs. */
export interface MachineFacts {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryMebibytes: number;
  readonly system: string;
  readonly node: string;
}

/** Of this machine; nothing that changes from run to run. */
export function machineFacts(): MachineFacts {
  const [first] = cpus();
  return {
    cpu: first?.model ?? 'unknown',
    cores: cpus().length,
    memoryMebibytes: Math.round(totalmem() / 1_048_576),
    system: `${platform()} ${release()} ${arch()}`,
    node: process.version,
  };
}

export interface Spread {
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

/** Least, middle and greatest of some numbers; of an even count the mean of the two in the middle. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((left, right) => left - right);
  const at = (place: number): number => sorted[Math.floor(place)] ?? 0;
  const middle = (sorted.length - 1) / 2;
  return {
    min: at(0),
    median: (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2,
    max: at(sorted.length - 1),
  };
}

/**
 * The value below which a share of all values lies (nearest rank). `sorted` ascending; 0 when empty.
 */
export function percentileOf(sorted: ArrayLike<number>, share: number): number {
  const rank = Math.ceil(share * sorted.length);
  return sorted[Math.min(sorted.length, Math.max(1, rank)) - 1] ?? 0;
}

/** `min / median / max`, or one number when they are the same as written. */
export function spreadText({ min, median, max }: Spread, digits: number): string {
  const texts = [min, median, max].map((value) => numberText(value, digits));
  return texts[0] === texts[2] ? (texts[0] ?? '') : texts.join(' / ');
}

/** A number for people: `1,234.5`. */
export function numberText(value: number, digits = 0): string {
  return value.toLocaleString('en', {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
}

/** Bytes as whole MiB. */
export function mebibytes(bytes: number): string {
  return numberText(bytes / 1_048_576);
}

/** Rows under their headings: the first column to the left, all others to the right. */
export function tableText(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const lines = [headings, ...rows];
  const widths = headings.map((_, column) =>
    Math.max(...lines.map((cells) => (cells[column] ?? '').length)),
  );
  const line = (cells: readonly string[]): string =>
    widths
      .map((width, column) => {
        const cell = cells[column] ?? '';
        return column === 0 ? cell.padEnd(width) : cell.padStart(width);
      })
      .join('   ')
      .trimEnd();
  return `${lines.map(line).join('\n')}\n`;
}
