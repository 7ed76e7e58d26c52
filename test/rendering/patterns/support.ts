import { createPatternRenderer } from '../../../forwarder/rendering/index.js';
import type { PatternRendererOptions } from '../../../forwarder/rendering/index.js';
import type { ContextField, Detection, Observable } from '../../../forwarder/core/index.js';
import { detectionOf } from '../support.js';
import type { SampleDetection } from '../support.js';

export const plainOptions: PatternRendererOptions = {
  eventFormat: 'category=%Category% detected=%MatchedIndicator%%RecordContext%',
  alertFormat: '%Date% alert=%Alert%%RecordContext%',
  finishedEventFormat: 'LookupFinished',
  recordFieldContextFormat: ' %ParamName%=%ParamValue%',
  actionableFieldContextFormat: ' %ParamName%:%ParamValue%',
  escape: 'none',
  nested: 'underscore',
  order: 'name',
  timeZone: 'utc',
  maxBodyBytes: 65_536,
  placeOf: (format) => `test ${format}`,
};

export function patternsWith(options: Partial<PatternRendererOptions>) {
  return createPatternRenderer({ ...plainOptions, ...options });
}

export interface PatternSample extends SampleDetection {
  readonly actionable?: readonly ContextField[];
}

/** A sample with actionable fields, which the samples of the templates do without. */
export function sampleOf({ actionable, ...sample }: PatternSample = {}): Detection {
  const detection = detectionOf(sample);
  return { ...detection, match: { ...detection.match, actionable } };
}

/** The line of a detection. */
export function lineWith(options: Partial<PatternRendererOptions>, sample?: PatternSample): string {
  return patternsWith(options).render({ kind: 'detect', detection: sampleOf(sample) }).body;
}

export const ipObservable: Observable = {
  kind: 'ip',
  rule: 'RE_IP',
  text: '192.0.2.1',
  value: '192.0.2.1',
};
