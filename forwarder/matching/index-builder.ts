import { getRandomValues } from 'node:crypto';

import {
  seedWords,
  type CandidateFilter,
  type FeedInfo,
  type FeedRecord,
  type ThreatIndex,
} from '../core/index.js';
import { MemoryBytes } from './index-bytes.js';
import { IndexCompiler } from './index-compiler.js';
import { CompiledThreatIndex } from './threat-index.js';

/** An index and the filter by which the hot path knows it: made together, used together. */
export interface CompiledIndex {
  readonly index: ThreatIndex;
  readonly filter: CandidateFilter;
}

/** Takes feeds record by record and compiles them. */
export interface IndexBuilder {
  /** Begins a feed and gives its number; matches are reported in the order of these numbers. */
  addFeed(info: FeedInfo): number;
  /**
   * Takes a record of a feed that was added, its indicators normalised. The same indicator in
   * several records is kept for each of them.
   */
  addRecord(feed: number, record: FeedRecord): void;
  /** Compiles what was added. The builder takes nothing more after it. */
  build(): CompiledIndex;
}

/** A seed nobody knows beforehand. */
export function randomSeed(): Uint32Array {
  return getRandomValues(new Uint32Array(seedWords));
}

/** Begins an index without any feed, wholly in memory. */
export function createIndexBuilder(seed = randomSeed()): IndexBuilder {
  const bytes = new MemoryBytes();
  const compiler = new IndexCompiler(bytes, seed);
  return {
    addFeed: (info) => compiler.addFeed(info),
    addRecord(feed, record) {
      compiler.addRecord(feed, record);
    },
    build() {
      const { content, filter } = compiler.compile();
      return { index: new CompiledThreatIndex(content, filter, bytes), filter };
    },
  };
}
