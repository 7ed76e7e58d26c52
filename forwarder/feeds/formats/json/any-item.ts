import { ServiceError } from '../../../core/index.js';
import { indicatorsByFields } from '../../field-indicators.js';
import type { FieldRule, ReaderOptions } from '../format.js';
import type { JsonItem } from './list-items.js';
import { placesAt, usualPlaces, type JsonPlaces } from './places.js';
import { readJsonItem, recordResults, type IndicatorFinder, type RecordResult } from './record.js';

/** How a text is read that is a record by itself. */
const textRules: readonly FieldRule[] = [{ path: 'value', kind: 'any' }];

/** Where records are: where the options say, or where they usually are. */
export function placesFor(options: ReaderOptions): JsonPlaces {
  const { rootElement } = options;
  return rootElement === undefined ? usualPlaces(options) : placesAt(rootElement);
}

/** A record, or a text that is an indicator by its looks. */
export function readAnyItem(item: JsonItem, find: IndicatorFinder): readonly RecordResult[] {
  if (!item.ok || !item.text.startsWith('"')) return readJsonItem(item, find);
  let value: unknown;
  try {
    value = JSON.parse(item.text);
  } catch {
    return readJsonItem(item, find);
  }
  const fields = { value };
  return recordResults(item.number, fields, indicatorsByFields(fields, textRules), () => item.text);
}

/** A configured place where nothing is would else make an empty feed of a whole one. */
export function refuseWrongPlace(
  options: ReaderOptions,
  found: number,
  others: Iterable<string>,
): void {
  if (options.rootElement === undefined || found > 0) return;
  const lists = [...others].map((path) => (path === '' ? '/' : path));
  throw new ServiceError('TF_FEED', `There is nothing at "${options.rootElement}" in the feed.`, {
    where: `${options.origin ?? 'feed'}, rootElement`,
    hint:
      lists.length === 0
        ? 'Set rootElement to where the records are, or leave it out to have them found.'
        : `Set rootElement to where the records are. There are lists at: ${lists.join(', ')}.`,
  });
}
