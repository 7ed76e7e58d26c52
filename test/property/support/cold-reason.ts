import type {
  CandidateFilter,
  Indicator,
  Scanner,
  ThreatIndex,
} from '../../../forwarder/core/index.js';
import { createExtractor } from '../../../forwarder/extraction/index.js';
import {
  createLoopGuard,
  decodeLine,
  loopWatchWords,
  lostPayloads,
} from '../../../forwarder/intake/index.js';
import { createIndexBuilder, matchExtraction } from '../../../forwarder/matching/index.js';
import { createScanner } from '../../../forwarder/scanning/index.js';

import { feedInfo } from '../../matching/feeds.js';

const identifier = 'KL_Threat_Feed_Service_V2';
const isOwn = createLoopGuard({ identifier });
const extractor = createExtractor({});

/** What scanners are told of the loop guard. */
export const scannerOptions = { watchWords: loopWatchWords(identifier) };

export interface CompiledCase {
  readonly index: ThreatIndex;
  readonly filter: CandidateFilter;
  readonly scanner: Scanner;
}

/** The index of one feed with these indicators, each a record, and the plain scanner for it. */
export function compile(indicators: readonly Indicator[]): CompiledCase {
  const builder = createIndexBuilder();
  const number = builder.addFeed(feedInfo('A'));
  for (const indicator of indicators)
    builder.addRecord(number, { indicators: [indicator], context: [] });
  const { index, filter } = builder.build();
  return { index, filter, scanner: createScanner(filter, scannerOptions) };
}

/** What only the cold path can do with a line; undefined when there is nothing to do. */
export function coldReason(line: Uint8Array, index: ThreatIndex): string | undefined {
  const { events } = decodeLine(line, 0, line.length);
  if (events.length !== 1) return `${events.length} events`;
  for (const event of events) {
    if (isOwn(event)) return 'our own event';
    if (lostPayloads(event) > 0) return 'lost payloads';
    const extraction = extractor.extract(event, '192.0.2.99');
    const { matches } = matchExtraction(extraction, index, { perEventDetectionLimit: 10_000 });
    const first = matches[0];
    if (first !== undefined) {
      return `${first.observable.kind} ${first.observable.text} is ${first.indicator.kind} ${first.indicator.value}`;
    }
  }
  return undefined;
}
