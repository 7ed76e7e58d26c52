import { formatVersion } from '../../matching/index.js';
import type { FileHeader, IndexDescription } from '../../matching/index.js';
import type { IndexDetails } from '../../service/indexing/index-inputs.js';
import { printTable } from './table.js';

/** What people want to know of an index file. Sizes in bytes. */
export interface DescribedIndex {
  readonly path: string;
  readonly formatVersion: number;
  /** Of the content: equal for equal feeds. */
  readonly version: string;
  readonly compiledAt: string;
  readonly fileBytes: number;
  /** What of it stays in memory while it is in use. */
  readonly memoryBytes: number;
  readonly bytesPerIndicator: number;
  readonly records: number;
  readonly indicators: number;
  readonly indicatorsByKind: Readonly<Record<string, number>>;
  readonly feeds: readonly DescribedFeed[];
}

export interface DescribedFeed {
  readonly name: string;
  readonly role: string;
  readonly confidence: number;
  readonly records: number;
  readonly leftOut: number;
  readonly file: string;
}

export function describeIndex(
  path: string,
  header: FileHeader,
  { content, details }: IndexDescription,
): DescribedIndex {
  const { compiledAtMs, feeds } = details as IndexDetails;
  const outcomes = new Map(feeds.map((outcome) => [outcome.name, outcome]));
  const { residentBytes, fileSize } = header;
  return {
    path,
    formatVersion,
    version: content.version,
    compiledAt: new Date(compiledAtMs).toISOString(),
    fileBytes: fileSize,
    memoryBytes: residentBytes,
    bytesPerIndicator: residentBytes / Math.max(1, content.indicatorCount),
    records: content.recordCount,
    indicators: content.indicatorCount,
    indicatorsByKind: content.indicatorsByKind,
    feeds: content.feeds.map(({ name, role, confidence, origin }) => ({
      name,
      role,
      confidence,
      records: outcomes.get(name)?.records ?? 0,
      leftOut: outcomes.get(name)?.problemCount ?? 0,
      file: origin,
    })),
  };
}

/** Prints it for people; `more` are lines at the end. */
export function printIndex(
  index: DescribedIndex,
  more: readonly (readonly [string, string])[],
): void {
  printTable(
    ['feed', 'role', 'confidence', 'records', 'left out', 'file'],
    index.feeds.map(({ name, role, confidence, records, leftOut, file }) => [
      name,
      role,
      String(confidence),
      String(records),
      String(leftOut),
      file,
    ]),
  );
  const kinds = Object.entries(index.indicatorsByKind)
    .filter(([, count]) => count > 0)
    .map(([kind, count]): readonly [string, string] => [`  ${kind}`, String(count)]);
  process.stdout.write('\n');
  printTable(
    ['index', index.path],
    [
      ['version', index.version],
      ['format version', String(index.formatVersion)],
      ['compiled at', index.compiledAt],
      ['records', String(index.records)],
      ['indicators', String(index.indicators)],
      ...kinds,
      ['file', sizeText(index.fileBytes)],
      [
        'memory',
        `${sizeText(index.memoryBytes)}, ${index.bytesPerIndicator.toFixed(1)} bytes an indicator`,
      ],
      ...more,
    ],
  );
}

function sizeText(bytes: number): string {
  const isLarge = bytes >= 1_048_576;
  return `${(bytes / (isLarge ? 1_048_576 : 1024)).toFixed(1)} ${isLarge ? 'MiB' : 'KiB'}`;
}
