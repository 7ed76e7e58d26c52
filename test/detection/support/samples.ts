import type { Detection, FeedInfo } from '../../../forwarder/core/index.js';
import { categoriesFor } from '../../../forwarder/feeds/categories.js';

export function feedOf(name = 'Malicious_URL_Data_Feed'): FeedInfo {
  return { name, origin: '', role: 'detect', confidence: 100, categories: categoriesFor(name) };
}

export interface Sample {
  readonly indicator?: string;
  readonly rule?: string;
  readonly feed?: FeedInfo;
  readonly atMs?: number;
  readonly text?: string;
}

/** A detection of a domain. */
export function detectionOf(sample: Sample = {}): Detection {
  const { indicator = 'evil.example', rule = 'RE_URL', feed = feedOf(), atMs = 1000 } = sample;
  const text = sample.text ?? indicator;
  return {
    id: 'id',
    category: feed.categories.domain,
    match: {
      observable: { kind: 'domain', rule, text, value: indicator },
      indicator: { kind: 'domain', value: indicator },
      feed,
      context: [['mask', indicator]],
    },
    values: new Map([[rule, text]]),
    source: 'default',
    detectedAtMs: atMs,
    eventNumber: 1,
    ordinal: 1,
  };
}
