import type { LookupResult, Report } from '../lookup-result.js';

/** An answer worth keeping: failures are none. */
export type Answer = Exclude<LookupResult, { readonly kind: 'failed' }>;

/** What a file of the cache holds. Nothing of it is a credential. */
interface StoredFile {
  readonly version: 1;
  /** The whole key: a file under a wrong name is no answer. */
  readonly key: string;
  readonly atMs: number;
  /** Absent: the portal has no data. */
  readonly report?: Report;
}

export function encodeAnswer(key: string, answer: Answer): string {
  const file: StoredFile = {
    version: 1,
    key,
    atMs: answer.atMs,
    ...(answer.kind === 'report' ? { report: answer.report } : {}),
  };
  return `${JSON.stringify(file)}\n`;
}

/** The answer of a file; undefined when it is damaged, of another version, or of another key. */
export function decodeAnswer(text: string, key: string): Answer | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isObject(value) || value['version'] !== 1 || value['key'] !== key) return undefined;
  const { atMs, report } = value;
  if (typeof atMs !== 'number' || !Number.isFinite(atMs)) return undefined;
  if (report === undefined) return { kind: 'no-data', from: 'cache', atMs };
  return isObject(report) ? { kind: 'report', report, from: 'cache', atMs } : undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
