/**
 * What an event costs that takes the cold path, by stage: npm run bench:cold [-- --json]. All in one
 * process, every event holding one indicator; the least of several rounds, in µs for each event.
 */
import { readFileSync } from 'node:fs';

import { buildDetections } from '../forwarder/detection/index.js';
import { createExtractor } from '../forwarder/extraction/index.js';
import { createLoopGuard, decodeLine } from '../forwarder/intake/index.js';
import { createIndexBuilder, matchExtraction } from '../forwarder/matching/index.js';
import { normaliseUrl, normaliseUrlMask } from '../forwarder/normalise/index.js';
import { createRenderer } from '../forwarder/rendering/index.js';
import type { Indicator as FeedIndicator, IndicatorKind } from '../forwarder/core/index.js';
import { indicatorsOf } from './indicators.js';
import type { Indicator } from './indicators.js';
import { machineFacts, numberText, tableText } from './report.js';
import { createEvents, familyChoices } from './work-set.js';
import type { FamilyChoice } from './work-set.js';

const list = { indicators: 20_000, maskShare: 0.25 };
const events = 3000;
const rounds = 12;
const peer = '192.0.2.99';
const atMs = 1_752_142_212_000;

const index = compileIndex();
const extractor = createExtractor();
const isOwnEvent = createLoopGuard({ identifier: 'KL_Threat_Feed_Service_V2' });
const renderer = createRenderer({
  identifier: 'KL_Threat_Feed_Service_V2',
  templates: {
    detect: template('detect'),
    status: template('status'),
    evaluation: template('evaluation'),
  },
  cat: false,
  maxMessageBytes: 4000,
  facility: 16,
  severity: 6,
});

const figures = Object.fromEntries(familyChoices.map((family) => [family, measure(family)]));
const machine = machineFacts();
process.stdout.write(
  process.argv.includes('--json')
    ? `${JSON.stringify({ machine, events, rounds, list, figures }, undefined, 2)}\n`
    : `${tableOf(figures)}${machine.cpu}, ${machine.cores} cores, Node ${machine.node}\n`,
);

/** One row for each stage, one column for each family. */
function tableOf(all: Readonly<Record<string, Readonly<Record<string, number>>>>): string {
  const stages = Object.keys(all['proxy'] ?? {});
  const rows = stages.map((stage) => [
    stage,
    ...familyChoices.map((family) => numberText(all[family]?.[stage] ?? 0, 2)),
  ]);
  return tableText(['µs per event', ...familyChoices], rows);
}

function measure(family: FamilyChoice): Record<string, number> {
  const set = { ...list, seed: 7, events, bytes: 634, candidates: 7, hitRate: 1, family };
  const { bytes, offsets } = createEvents(set);
  const decode = (number: number) =>
    decodeLine(bytes, offsets[number] ?? 0, (offsets[number + 1] ?? 0) - 1, { keys: {} }).events[0];
  const numbers = Array.from({ length: events }, (_, number) => number);
  const decoded = numbers.flatMap((number) => decode(number) ?? []);
  const extractions = decoded.map((event) => extractor.extract(event, peer));
  const limits = { perEventDetectionLimit: 100 };
  const matches = extractions.map((one) => matchExtraction(one, index, limits).matches);
  const detections = matches.map((found, number) =>
    buildDetections(found, extractions[number]!, { number, digest: 'digest' }, atMs),
  );
  const urls = extractions.flatMap(({ observables }) =>
    observables.flatMap((one) => (one.kind === 'url' ? one.text : [])),
  );
  const stages: Record<string, (number: number) => unknown> = {
    decode,
    guard: (number) => isOwnEvent(decoded[number]!),
    extract: (number) => extractor.extract(decoded[number]!, peer),
    match: (number) => matchExtraction(extractions[number]!, index, limits),
    'detect and render': (number) =>
      buildDetections(
        matches[number]!,
        extractions[number]!,
        { number, digest: 'digest' },
        atMs,
      ).map((detection) => renderer.render({ kind: 'detect', detection })),
    'of it render': (number) =>
      detections[number]!.map((detection) => renderer.render({ kind: 'detect', detection })),
    'whole path': (number) => {
      const event = decode(number)!;
      if (isOwnEvent(event)) return 0;
      const extraction = extractor.extract(event, peer);
      const found = matchExtraction(extraction, index, limits).matches;
      return buildDetections(found, extraction, { number, digest: 'digest' }, atMs).map(
        (detection) => renderer.render({ kind: 'detect', detection }),
      );
    },
    'normaliseUrl of one URL': (number) => normaliseUrl(urls[number % urls.length]!),
    'normaliseUrlMask of one URL': (number) => normaliseUrlMask(urls[number % urls.length]!),
  };
  return Object.fromEntries(
    Object.entries(stages).map(([name, stage]) => [name, leastMicroseconds(stage)]),
  );
}

function leastMicroseconds(stage: (number: number) => unknown): number {
  let least = Infinity;
  for (let round = 0; round < rounds; round += 1) {
    const start = process.hrtime.bigint();
    for (let number = 0; number < events; number += 1) stage(number);
    least = Math.min(least, Number(process.hrtime.bigint() - start) / 1000 / events);
  }
  return least;
}

function template(kind: string): { readonly file: string; readonly text: string } {
  const file = new URL(`../templates/leef/${kind}.hbs`, import.meta.url);
  return { file: `${kind}.hbs`, text: readFileSync(file, 'utf8') };
}

/** The list as one feed of records with the fields that bench feeds have. */
function compileIndex() {
  const builder = createIndexBuilder();
  const kinds = ['url', 'domain', 'ip', 'cidr', 'md5', 'sha1', 'sha256'] as const;
  const categories = Object.fromEntries(kinds.map((kind) => [kind, `KL_Bench_Data_Feed_${kind}`]));
  const feed = builder.addFeed({
    name: 'Bench_Data_Feed',
    origin: 'Bench_Data_Feed.json',
    role: 'detect',
    confidence: 100,
    categories: categories as Record<IndicatorKind, string>,
  });
  let number = 0;
  for (const indicator of indicatorsOf(list)) {
    const { kind, value } = feedIndicator(indicator);
    const field = kind === 'md5' ? 'MD5' : kind === 'ip' ? 'ip' : 'mask';
    builder.addRecord(feed, {
      indicators: [{ kind, value }],
      context: [
        ['id', String(number)],
        [field, value],
        ['first_seen', '01.01.2026 00:00'],
        ['popularity', '1'],
      ],
    });
    number += 1;
  }
  return builder.build().index;
}

function feedIndicator({ kind, value }: Indicator): FeedIndicator {
  if (kind === 'md5' || kind === 'ip') return { kind, value };
  return { kind: 'url', value };
}
