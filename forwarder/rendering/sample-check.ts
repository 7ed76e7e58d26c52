import { decodeLeef } from '../../dsm/leef/decode.js';
import { isAttributeKey, maxEventIdLength } from '../../dsm/leef/text.js';
import { indicatorKinds, messageOf } from '../core/index.js';
import type { Detection, IndicatorKind, OutcomeKind } from '../core/index.js';
import { compileTemplate } from './template-compile.js';
import type { CompiledTemplate } from './template-compile.js';
import { detectData, noticeData } from './template-data.js';
import type { DataOptions, NoticeData } from './template-data.js';

export interface SampleFault {
  readonly message: string;
  readonly hint: string;
}

const sampleLimit = 1_000_000;
const plainText = 'value';
/** What a value may hold after cleaning: everything that could mean something to a LEEF reader. */
const hostileText = 'a|b=c LEEF:1.0|x|y|z|KL_Forged|k=v <134>Jan  1 00:00:00 host x';

/**
 * Renders a template with plain, with absent and with hostile values, and reads the lines back:
 * whatever an event or a feed holds, header and keys must be those that the template's author
 * wrote. Catches, say, a value used as a key, or one written into the header by hand.
 */
export function checkSamples(kind: OutcomeKind, text: string): SampleFault | undefined {
  const template = compileTemplate(text);
  try {
    const plain = read(template, kind, plainText);
    const hostile = read(template, kind, hostileText);
    const absent = read(template, kind, '');
    for (const { fault } of [plain, hostile, absent]) if (fault !== undefined) return fault;
    const isSame =
      hostile.header === plain.header && plain.keys.join('\t') === hostile.keys.join('\t');
    return isSame ? undefined : forgeable;
  } catch (error) {
    return {
      message: `the template cannot be rendered: ${messageOf(error)}`,
      hint: 'see docs/reference/templates.md',
    };
  }
}

const forgeable: SampleFault = {
  message: 'a value of an event or a feed could forge a header field or a key',
  hint: 'write the header with leefHeader, attributes with attr, and keys as plain text',
};

interface Reading {
  readonly header: string;
  readonly keys: readonly string[];
  readonly fault: SampleFault | undefined;
}

function read(template: CompiledTemplate, kind: OutcomeKind, value: string): Reading {
  const line = template(sampleData(kind, value));
  const decoded = decodeLeef(line);
  if (!decoded.ok || decoded.event.prefix !== '') {
    return faulty('the rendered line does not start with a LEEF header', 'start with leefHeader');
  }
  const { leefVersion, vendor, product, version, eventId, attributes } = decoded.event;
  const keys = [...attributes.keys()];
  if (eventId !== sampleEvent) {
    return faulty('the event id of the header is not the event', 'end leefHeader with event');
  }
  const badKey = keys.find((key) => !isAttributeKey(key));
  if (badKey !== undefined) {
    return faulty(`"${badKey}" would be read as a key`, 'write attributes with attr');
  }
  const header = [leefVersion, vendor, product, version, eventId].join('|');
  return { header, keys, fault: undefined };
}

function faulty(message: string, hint: string): Reading {
  return { header: '', keys: [], fault: { message, hint } };
}

const sampleEvent = 'KL_Sample_URL';
const sampleId = '0'.repeat(24);
const sampleOptions = {
  withCat: true,
  withMessageId: true,
  loopToken: '0'.repeat(16),
  bodyLimit: sampleLimit,
};

function sampleData(kind: OutcomeKind, value: string): NoticeData {
  const data =
    kind === 'detect'
      ? detectData(sampleDetection(sampleEvent, value), sampleOptions)
      : noticeData(
          { id: sampleId, event: sampleEvent, context: [['sample', value]], atMs: 0 },
          sampleOptions,
        );
  return { ...data, truncated: true };
}

/**
 * The data that gives a template's longest lines of those that no value can be taken out of: of a
 * detection by itself, which has a destination and a time, and of a summary, which has none.
 */
export function barestData(
  kind: OutcomeKind,
  { withMessageId, loopToken }: Pick<DataOptions, 'withMessageId' | 'loopToken'>,
): readonly NoticeData[] {
  const event = 'K'.repeat(maxEventIdLength);
  const options = { ...sampleOptions, withMessageId, loopToken };
  const bare = { context: [], cat: 'Evaluation', severity: '10', truncated: true };
  if (kind !== 'detect') {
    return [{ ...noticeData({ id: sampleId, event, context: [], atMs: 0 }, options), ...bare }];
  }
  const summary = { ...detectData(sampleDetection(event, ''), options), ...bare };
  const none = { count: '', firstTime: '', lastTime: '' };
  return [
    { ...summary, ...none },
    { ...summary, eventTime: '', dst: '' },
  ];
}

function sampleDetection(category: string, value: string): Detection {
  const address = '2001:db8:1111:2222:3333:4444:5555:6666';
  const values = new Map<string, string>([
    ...sampleRules.map((rule) => [rule, value] as const),
    ['SRC_IP', address],
    ['DST_IP', address],
    ['DEV_TIME', '1752142212000'],
  ]);
  const categories = Object.fromEntries(indicatorKinds.map((kind) => [kind, category]));
  return {
    id: sampleId,
    category,
    match: {
      observable: { kind: 'domain', rule: 'RE_DOMAIN', text: value, value },
      indicator: { kind: 'domain', value },
      feed: {
        name: value,
        origin: '',
        role: 'detect',
        confidence: 100,
        categories: categories as Record<IndicatorKind, string>,
      },
      context: [['sample', value]],
    },
    values,
    source: value,
    detectedAtMs: 0,
    eventNumber: 1,
    ordinal: 1,
    summary: { count: Number.MAX_SAFE_INTEGER, firstAtMs: 0, lastAtMs: 0 },
  };
}

const sampleRules = [
  'RE_URL',
  'RE_DOMAIN',
  'RE_IP',
  'RE_MD5',
  'RE_SHA1',
  'RE_SHA256',
  'RE_USERNAME',
];
