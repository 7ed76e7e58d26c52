import { hashKinds, type Indicator } from '../../core/index.js';
import { evaluateTest, unsupported, type Part, type PartFault } from './evaluate-test.js';
import type { Comparison, Pattern, Qualifier } from './pattern.js';
import { printComparison, printPath } from './print-pattern.js';

export type { PartFault } from './evaluate-test.js';

/** What a pattern comes to for a search of single values. */
export interface PatternIndicators {
  /** Distinct; the pattern holds wherever one of them is seen. */
  readonly indicators: readonly Indicator[];
  /** The parts that are not used. */
  readonly faults: readonly PartFault[];
}

/**
 * The indicators of a pattern. What one value alone cannot decide is not used and named as a fault,
 * since a false alarm costs more than a miss: NOT, !=, MATCHES, two observations that must both be
 * seen, an AND of different objects.
 *
 * An AND is used where one of its parts names an object and all others only narrow down the same
 * object (known-paths.ts): `file:hashes.MD5 = '…' AND file:name = 'x.exe'`. Of several hashes of one
 * file each names it, so each is an indicator.
 */
export function evaluatePattern(pattern: Pattern): PatternIndicators {
  const { indicators, faults } = evaluate(pattern);
  const distinct = new Map(indicators.map((found) => [`${found.kind} ${found.value}`, found]));
  return { indicators: [...distinct.values()], faults };
}

function evaluate(pattern: Pattern): Part {
  switch (pattern.kind) {
    case 'observation':
      return asWhole(evaluateComparison(pattern.test), pattern.test);
    case 'or':
      return union(pattern.parts.map(evaluate));
    case 'and':
      return unsupported('AND of observations: both must be seen');
    case 'followed-by':
      return unsupported('FOLLOWEDBY: the order of events is not evaluated');
    case 'qualified': {
      const reason = reasonAgainst(pattern.qualifier);
      return reason === undefined ? evaluate(pattern.pattern) : unsupported(reason);
    }
    default:
      return pattern satisfies never;
  }
}

/** One observation is within any time, and is seen once when it is seen. */
function reasonAgainst(qualifier: Qualifier): string | undefined {
  switch (qualifier.kind) {
    case 'within':
      return undefined;
    case 'repeats':
      return Number(qualifier.times) === 1
        ? undefined
        : `REPEATS ${qualifier.times} TIMES: sightings are not counted`;
    case 'between':
      return `START ${qualifier.start} STOP ${qualifier.stop}: the time of an event is not compared`;
    default:
      return qualifier satisfies never;
  }
}

function evaluateComparison(comparison: Comparison): Part {
  switch (comparison.kind) {
    case 'test':
      return evaluateTest(comparison);
    case 'exists':
      return unsupported(`EXISTS ${printPath(comparison.path)} names no value`);
    case 'or':
      return either(comparison.parts.map(evaluateComparison), comparison.parts);
    case 'and':
      return both(comparison.parts.map(evaluateComparison));
    default:
      return comparison satisfies never;
  }
}

/** A part by itself: one that only narrows down says nothing to look for. */
function asWhole(part: Part, comparison: Comparison): Part {
  if (!part.isQualifier || part.faults.length > 0) return part;
  const text = printComparison(comparison);
  const short = text.length > 100 ? `${text.slice(0, 100)}…` : text;
  return unsupported(`${short} alone is nothing that events are searched for`);
}

function either(parts: readonly Part[], comparisons: readonly Comparison[]): Part {
  if (parts.every((part) => part.isQualifier)) return union(parts);
  return union(parts.map((part, index) => asWhole(part, comparisons[index] as Comparison)));
}

function union(parts: readonly Part[]): Part {
  const subject = parts[0]?.subject;
  return {
    indicators: parts.flatMap(({ indicators }) => indicators),
    faults: parts.flatMap(({ faults }) => faults),
    subject: parts.every((part) => part.subject === subject) ? subject : undefined,
    isQualifier: parts.every((part) => part.isQualifier),
  };
}

function both(parts: readonly Part[]): Part {
  const joined = union(parts);
  const unknown = parts.find(
    ({ subject, indicators }) => subject === undefined && indicators.length === 0,
  );
  const reason = unknown?.faults[0]?.reason;
  if (reason !== undefined) return unsupported(`AND with what is not evaluated: ${reason}`);
  if (joined.subject === undefined) return unsupported('AND of different objects');
  const indicating = parts.filter((part) => !part.isQualifier);
  if (indicating.length > 1 && !areHashesOfOneFile(indicating)) {
    return unsupported('AND of several values: one alone does not decide');
  }
  return joined;
}

/** Whether each part is hashes, and no algorithm stands in two: two MD5 are two files. */
function areHashesOfOneFile(parts: readonly Part[]): boolean {
  const seen = new Set<string>();
  for (const { indicators } of parts) {
    const kinds = new Set<string>(indicators.map(({ kind }) => kind));
    for (const kind of kinds) {
      if (seen.has(kind) || !hashKinds.some((hash) => hash === kind)) return false;
      seen.add(kind);
    }
  }
  return true;
}
