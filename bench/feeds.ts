import { createWriteStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import { compileFeed, type CompileFigures } from './feeds-compile.js';
import { kasperskyFeed } from './feeds-kaspersky.js';
import { writeFeed } from './list-files.js';
import { mebibytes, numberText, tableText } from './report.js';
import type { Suite, SuiteContext } from './suites/suite.js';

interface FeedKind {
  readonly name: string;
  readonly write: (path: string, context: SuiteContext) => Promise<void>;
}

interface FeedRow extends CompileFigures {
  readonly feed: string;
  readonly feedBytes: number;
}

const listFactor = 5;
const longLineBytes = 2 ** 30;

const kinds: readonly FeedKind[] = [
  {
    name: "JSON of Kaspersky's shape, whois in each record",
    write: (path, { options: { indicators, seed } }) =>
      pipeline(Readable.from(kasperskyFeed(indicators, seed)), createWriteStream(path)),
  },
  {
    name: `plain list, ${listFactor} times as many lines`,
    write: (path, { options: { indicators, maskShare } }) =>
      writeFeed(path, 'list', { indicators: listFactor * indicators, maskShare }),
  },
  {
    name: 'plain list without masks, as many lines',
    write: (path, { options: { indicators } }) =>
      writeFeed(path, 'list', { indicators: listFactor * indicators, maskShare: 0 }),
  },
  {
    name: 'a line of 1 GiB in a list of three',
    write: (path) =>
      pipeline(
        Readable.from(longLine('one.example\n', '\ntwo.example\n')),
        createWriteStream(path),
      ),
  },
  {
    name: 'a record of 1 GiB in a feed of three',
    write: (path) =>
      pipeline(
        Readable.from(longLine('[{"mask":"one.example"},{"mask":"', '"},{"mask":"two.example"}]')),
        createWriteStream(path),
      ),
  },
];

/** How long feeds take to compile, and in how much memory. */
export const feeds: Suite = {
  name: 'feeds',
  summary: 'feeds compile: records a second and memory, JSON, lists, and lines without end',
  async run(context) {
    const rows: FeedRow[] = [];
    for (const kind of kinds) rows.push(await measure(kind, context));
    return { text: rowsText(rows), data: { rows } };
  },
};

async function measure({ name, write }: FeedKind, context: SuiteContext): Promise<FeedRow> {
  const { directory, options, progress } = context;
  const path = join(directory, 'Bench_Data_Feed.feed');
  try {
    progress.show(`writing: ${name}`, 0);
    await write(path, context);
    progress.show(`compiling: ${name}`, 0);
    const { size } = await stat(path);
    return {
      feed: name,
      feedBytes: size,
      ...(await compileFeed(path, directory, options.paths.forwarder)),
    };
  } finally {
    await rm(path, { force: true });
  }
}

function* longLine(head: string, tail: string): Generator<Buffer> {
  yield Buffer.from(head);
  const piece = Buffer.alloc(4_194_304, 'a');
  for (let left = longLineBytes; left > 0; left -= piece.length) yield piece;
  yield Buffer.from(tail);
}

function rowsText(rows: readonly FeedRow[]): string {
  const cells = rows.map(
    ({ feed, feedBytes, records, seconds, cpuSeconds, peakBytes, indexBytes }) => [
      feed,
      mebibytes(feedBytes),
      numberText(records),
      seconds.toFixed(1),
      cpuSeconds.toFixed(1),
      numberText(records / cpuSeconds),
      mebibytes(peakBytes),
      mebibytes(indexBytes),
    ],
  );
  return tableText(
    ['feed', 'MiB', 'records', 'seconds', 'CPU s', 'records/CPU s', 'highest MiB', 'index MiB'],
    cells,
  );
}
