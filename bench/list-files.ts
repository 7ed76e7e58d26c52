import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';

import { indicatorsOf } from './indicators.js';
import type { Indicator, IndicatorKind, IndicatorSet, ListNumbers } from './indicators.js';

export const feedFormats = ['json', 'list'] as const;
/** `json`: records of Kaspersky's shape; `list`: one indicator a line. */
export type FeedFormat = (typeof feedFormats)[number];

const flushLength = 262_144;

/** Writes lines in large pieces: ten million of them one by one would take minutes. */
async function writeLines(path: string, lines: Iterable<string>): Promise<void> {
  const file = createWriteStream(path);
  let text = '';
  for (const line of lines) {
    text += line;
    if (text.length < flushLength) continue;
    if (!file.write(text)) await once(file, 'drain');
    text = '';
  }
  file.end(text);
  await once(file, 'close');
}

/** Writes the whole list as one feed of the service. */
export async function writeFeed(
  path: string,
  format: FeedFormat,
  set: IndicatorSet,
  numbers?: ListNumbers,
): Promise<void> {
  const indicators = indicatorsOf(set, numbers);
  switch (format) {
    case 'json':
      return writeLines(path, jsonLines(indicators));
    case 'list':
      return writeLines(path, plainLines(indicators));
    default:
      return format satisfies never;
  }
}

/** File name of a feed; the service recognises a format by its content, a reader by the name. */
export function feedFileName(format: FeedFormat): string {
  return format === 'json' ? 'Bench_Data_Feed.json' : 'Bench_Data_Feed.txt';
}

function* jsonLines(indicators: Iterable<Indicator>): Generator<string> {
  let number = 0;
  for (const { kind, value } of indicators) {
    const field = kind === 'md5' ? 'MD5' : kind === 'ip' ? 'ip' : 'mask';
    const record = { id: number, [field]: value, first_seen: '01.01.2026 00:00', popularity: 1 };
    yield `${number === 0 ? '[\n' : ',\n'}${JSON.stringify(record)}`;
    number += 1;
  }
  yield number === 0 ? '[]\n' : '\n]\n';
}

function* plainLines(indicators: Iterable<Indicator>): Generator<string> {
  for (const { value } of indicators) yield `${value}\n`;
}

/** How a program wants a list of exact values: text around it and one piece for each value. */
export interface ListLayout {
  readonly extension: string;
  readonly head: string;
  readonly item: (value: string, isFirst: boolean) => string;
  readonly tail: string;
}

/** The list of a work set, written once for each form in which a program wants it. */
export class ListFiles {
  readonly #written = new Map<string, Promise<string>>();
  readonly #directory: string;
  readonly #set: IndicatorSet;
  readonly #format: FeedFormat;

  constructor(directory: string, set: IndicatorSet, format: FeedFormat) {
    this.#directory = directory;
    this.#set = set;
    this.#format = format;
  }

  /** Path of the service's feed with all indicators. */
  feed(): Promise<string> {
    return this.#once(feedFileName(this.#format), (path) =>
      writeFeed(path, this.#format, this.#set),
    );
  }

  /** Path of a file with the exact values of one kind; masks have no exact value. */
  exact(kind: Exclude<IndicatorKind, 'mask'>, layout: ListLayout): Promise<string> {
    return this.#once(`${kind}.${layout.extension}`, (path) =>
      writeLines(path, exactLines(indicatorsOf(this.#set), kind, layout)),
    );
  }

  #once(name: string, write: (path: string) => Promise<void>): Promise<string> {
    const path = join(this.#directory, name);
    const known = this.#written.get(name);
    if (known !== undefined) return known;
    const written = write(path).then(() => path);
    this.#written.set(name, written);
    return written;
  }
}

function* exactLines(
  indicators: Iterable<Indicator>,
  wanted: IndicatorKind,
  { head, item, tail }: ListLayout,
): Generator<string> {
  yield head;
  let isFirst = true;
  for (const { kind, value } of indicators) {
    if (kind !== wanted) continue;
    yield item(value, isFirst);
    isFirst = false;
  }
  yield tail;
}

/** Size of a file in bytes. */
export async function sizeOf(path: string): Promise<number> {
  return (await stat(path)).size;
}
