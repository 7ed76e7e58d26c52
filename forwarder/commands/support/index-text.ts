import { formatVersion } from '../../matching/index.js';
import type { FileHeader, IndexDescription } from '../../matching/index.js';
import type { FeedState } from '../../service/indexing/feed-outcome.js';
import type { IndexDetails } from '../../service/indexing/index-inputs.js';
import { leftOutCount } from './feeds/tables.js';
import { printable, printTable, sizeText, statusMark } from './table.js';

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
  /** '' when there is none. */
  readonly file: string;
  readonly state: FeedState;
  /** Why it is not in the index as it is now. */
  readonly failure?: string | undefined;
}

export function describeIndex(
  path: string,
  header: FileHeader,
  { content, details }: IndexDescription,
): DescribedIndex {
  const { compiledAtMs, feeds } = details as IndexDetails;
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
    feeds: feeds.map((outcome) => ({
      name: outcome.name,
      role: outcome.role,
      confidence: outcome.confidence,
      records: outcome.records,
      leftOut: leftOutCount(outcome),
      file: outcome.path,
      state: outcome.state,
      failure: outcome.state === 'awaited' ? 'it was not fetched yet' : outcome.failure?.message,
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
      file === '' ? '-' : file,
    ]),
  );
  for (const { name, state, failure } of index.feeds) {
    if (failure === undefined) continue;
    const mark = statusMark(state === 'skipped' ? 'failed' : 'warning');
    process.stdout.write(`${mark} ${name} (${state}): ${printable(failure, 1000)}\n`);
  }
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
