import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { syslogHeader } from '../../dsm/index.js';
import type {
  ContextField,
  Detection,
  DetectionSummary,
  FeedInfo,
  Indicator,
  Message,
  Observable,
  OutcomeKind,
} from '../../forwarder/core/index.js';
import { categoriesFor } from '../../forwarder/feeds/categories.js';
import { createRenderer } from '../../forwarder/rendering/index.js';
import type { RendererOptions, TemplateSources } from '../../forwarder/rendering/index.js';

export const repository = fileURLToPath(new URL('../..', import.meta.url));
export const identifier = 'KL_Threat_Feed_Service_V2';

/** The time of every detection in these tests: 10 July 2025, 10:10:14 UTC. */
export const detectedAtMs = Date.UTC(2025, 6, 10, 10, 10, 14);

export function readTemplates(directory = 'templates/leef'): TemplateSources {
  const read = (kind: OutcomeKind) => {
    const file = join(directory, `${kind}.hbs`);
    return { file, text: readFileSync(join(repository, file), 'utf8') };
  };
  return { detect: read('detect'), status: read('status'), evaluation: read('evaluation') };
}

export function rendererWith(options: Partial<RendererOptions> = {}) {
  return createRenderer({
    identifier,
    templates: readTemplates(),
    cat: false,
    maxMessageBytes: 4000,
    facility: 16,
    severity: 6,
    ...options,
  });
}

/** A renderer whose template for detections has this text, the others being the shipped ones. */
export function rendererOf(text: string, options: Partial<RendererOptions> = {}) {
  const templates = { ...readTemplates(), detect: { file: 'own.hbs', text } };
  return rendererWith({ templates, ...options });
}

export function feedNamed(name: string, confidence = 100): FeedInfo {
  return { name, origin: '', role: 'detect', confidence, categories: categoriesFor(name) };
}

export interface SampleDetection {
  readonly feed?: FeedInfo;
  readonly category?: string;
  readonly observable?: Observable;
  readonly indicator?: Indicator;
  readonly context?: readonly ContextField[];
  readonly values?: Readonly<Record<string, string>> | ReadonlyMap<string, string>;
  readonly source?: string;
  readonly eventNumber?: number;
  readonly ordinal?: number;
  readonly id?: string;
  readonly summary?: DetectionSummary;
}

export const sampleUrl: Observable = {
  kind: 'url',
  rule: 'RE_URL',
  text: 'http://fakess123.nu/x',
  value: 'fakess123.nu/x',
  host: 'fakess123.nu',
  hostText: 'fakess123.nu',
};

export function detectionOf(sample: SampleDetection = {}): Detection {
  const {
    feed = feedNamed('Malicious_URL_Data_Feed'),
    observable = sampleUrl,
    indicator = { kind: 'url', value: 'fakess123.nu' },
    context = [],
    values = { [observable.rule]: observable.text },
  } = sample;
  return {
    id: sample.id ?? 'id-1',
    category: sample.category ?? feed.categories[indicator.kind],
    match: { observable, indicator, feed, context },
    values: values instanceof Map ? values : new Map(Object.entries(values)),
    source: sample.source ?? 'default',
    detectedAtMs,
    eventNumber: sample.eventNumber ?? 1,
    ordinal: sample.ordinal ?? 1,
    ...(sample.summary === undefined ? {} : { summary: sample.summary }),
  };
}

/** The whole line as it goes to a collector. */
export function lineOf({ body, atMs }: Message): string {
  const header = { facility: 16, severity: 6, host: identifier, atMs, timeZone: 'utc' as const };
  return syslogHeader(header) + body;
}

export function bytesOf(text: string): number {
  return Buffer.byteLength(text, 'utf8');
}

/** The lines of a golden file; a TAB in it is a real TAB. */
export function golden(name: string): readonly string[] {
  const text = readFileSync(join(repository, 'test/golden', name), 'utf8');
  return text.split('\n').filter((line) => line !== '');
}
