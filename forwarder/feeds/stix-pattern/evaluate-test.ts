import {
  bad,
  hashKinds,
  ok,
  type FeedFault,
  type Indicator,
  type Result,
} from '../../core/index.js';
import { readAs } from '../field-indicators.js';
import { urlValue } from '../formats/url-value.js';
import { excerpt } from '../read-indicator.js';
import { likeIndicators } from './evaluate-like.js';
import { knownPath, type KnownPath } from './known-paths.js';
import type { ComparisonTest, Literal } from './pattern.js';
import { printPath } from './print-pattern.js';

/** A part of a pattern that is not used, and why. */
export interface PartFault {
  readonly fault: Extract<FeedFault, 'unsupported' | 'bad-indicator' | 'over-broad'>;
  readonly reason: string;
}

/** What one part of a pattern comes to. */
export interface Part {
  /** Each of them alone makes the part true. */
  readonly indicators: readonly Indicator[];
  /** Parts of it that are not used; the indicators hold all the same. */
  readonly faults: readonly PartFault[];
  /** The object it speaks of, where that is known: `file`, `network-traffic`. */
  readonly subject: string | undefined;
  /** True: it does not say what to look for, only narrows down an indicator of the same subject. */
  readonly isQualifier: boolean;
}

export function unsupported(reason: string): Part {
  return {
    indicators: [],
    faults: [{ fault: 'unsupported', reason }],
    subject: undefined,
    isQualifier: false,
  };
}

/** What one comparison comes to. Never throws. */
export function evaluateTest(test: ComparisonTest): Part {
  const { path, operator } = test;
  const name = printPath(path);
  if (test.isNegated || operator === '!=') {
    return unsupported(`${name} ${test.isNegated ? 'NOT' : '!='} says what not to look for`);
  }
  const known = knownPath(path);
  if (known === undefined) return unsupported(`${name} is nothing that events are searched for`);
  const { subject } = known;
  if (known.role === 'qualifier') return { indicators: [], faults: [], subject, isQualifier: true };
  const read = readerFor(test, known);
  if (read === undefined) return unsupported(`${name} ${operator} is not evaluated`);
  const indicators: Indicator[] = [];
  const faults: PartFault[] = [];
  for (const literal of test.values) {
    const reading = literal.kind === 'text' ? read(literal) : bad('is not text');
    if (reading.ok) indicators.push(...reading.value);
    else faults.push(faultOf(`${name} ${excerpt(literal.text)} ${reading.problem}`));
  }
  if (test.values.length === 0) faults.push(faultOf(`${name} IN () holds no value`));
  return { indicators, faults, subject, isQualifier: false };
}

type Indicating = Extract<KnownPath, { role: 'indicator' }>;
type ReadLiteral = (literal: Literal) => Result<readonly Indicator[], string>;

function readerFor({ operator }: ComparisonTest, { kind }: Indicating): ReadLiteral | undefined {
  switch (operator) {
    case '=':
    case 'IN':
      return ({ text }) => equal(kind, text);
    case 'ISSUBSET':
      return kind === 'ip' || kind === 'host' ? ({ text }) => one('ip', text) : undefined;
    case 'LIKE':
      return hashKinds.some((hash) => hash === kind)
        ? undefined
        : ({ text }) => likeIndicators(kind, text);
    case 'MATCHES':
    case 'ISSUPERSET':
    case '!=':
    case '<':
    case '<=':
    case '>':
    case '>=':
      return undefined;
    default:
      return operator satisfies never;
  }
}

function equal(kind: Indicating['kind'], text: string): ReturnType<ReadLiteral> {
  if (kind === 'host') {
    const address = one('ip', text);
    return address.ok ? address : one('domain', text);
  }
  // In a mask it would stand for any text.
  if (kind === 'url' && text.includes('*')) return bad('holds a * that is meant literally');
  return one(kind, text);
}

function one(kind: Exclude<Indicating['kind'], 'host'>, text: string): ReturnType<ReadLiteral> {
  const reading = kind === 'url' ? urlValue(text) : readAs(kind, text);
  return reading.ok ? ok([reading.value]) : reading;
}

function faultOf(reason: string): PartFault {
  return { fault: reason.includes(' would cover ') ? 'over-broad' : 'bad-indicator', reason };
}
