import type { ServiceError } from '../../../core/index.js';
import { formatServiceError } from '../report-error.js';
import { printTable, sizeText, statusMark } from '../table.js';

/** What came of one feed. `accepted`: the version of a local file that lost records is taken. */
export interface Updated {
  readonly name: string;
  readonly result: 'updated' | 'unchanged' | 'failed' | 'accepted' | 'watched';
  readonly records?: number | undefined;
  readonly bytes?: number | undefined;
  readonly seconds?: number | undefined;
  readonly error?: ServiceError | undefined;
}

const resultTexts: Readonly<Record<Updated['result'], string>> = {
  updated: 'updated',
  unchanged: 'unchanged',
  failed: 'failed: the old file stays',
  accepted: 'accepted as it is now',
  watched: 'a local file: a change is taken in by itself',
};

export function printUpdated(results: readonly Updated[]): void {
  if (results.length === 0) {
    process.stdout.write('no feed is fetched: none has url, taxii or misp in its entry\n');
    return;
  }
  printTable(
    ['', 'feed', 'result', 'records', 'size', 'seconds'],
    results.map(({ name, result, records, bytes, seconds, error }) => [
      statusMark(error === undefined ? 'ok' : 'failed'),
      name,
      resultTexts[result],
      records === undefined ? '-' : String(records),
      bytes === undefined ? '-' : sizeText(bytes),
      seconds === undefined ? '-' : seconds.toFixed(1),
    ]),
  );
  for (const { name, error } of results) {
    if (error === undefined) continue;
    process.stderr.write(formatServiceError(error).replace('threat-forwarder: ', `${name}: `));
  }
}

export function updatedJson({ error, ...rest }: Updated): unknown {
  if (error === undefined) return rest;
  const { code, message, where, hint } = error;
  return { ...rest, error: { code, message, where, hint } };
}
