import { ServiceError } from '../../core/index.js';
import { isObject } from '../record-context.js';
import type { MispFilters } from './misp-client.js';

/** The attribute types that hold indicators, as the reader of MISP's attributes knows them. */
export const mispTypes: readonly string[] = [
  ...['url', 'uri', 'domain', 'hostname', 'hostname|port', 'domain|ip'],
  ...['ip-src', 'ip-dst', 'ip-src|port', 'ip-dst|port', 'md5', 'sha1', 'sha256'],
  ...['filename|md5', 'filename|sha1', 'filename|sha256', 'malware-sample'],
];

/** What is asked for when the configuration does not say otherwise. */
const usual: MispFilters = {
  type: mispTypes,
  to_ids: 1,
  deleted: 0,
  includeEventTags: true,
};

/** Set by us: an answer must be one that can be read, page by page. */
const ours = ['returnFormat', 'page'];

/**
 * The filters of a search: those of the configuration over the usual ones. Throws ServiceError
 * TF_CONFIG for what cannot be one.
 */
export function mispFilters(query: unknown, where: string): MispFilters {
  if (query === undefined || query === null) return usual;
  if (!isObject(query)) {
    throw badQuery('query is not a list of filters with their values', where);
  }
  const taken = ours.find((name) => Object.hasOwn(query, name));
  if (taken !== undefined) throw badQuery(`query.${taken} cannot be set`, where);
  return { ...usual, ...query };
}

function badQuery(fault: string, where: string): ServiceError {
  return new ServiceError('TF_CONFIG', `The filters for MISP are wrong: ${fault}.`, {
    where,
    hint: 'Write for example query: { tags: ["tlp:white"], last: 30d }; returnFormat and page are set by the service.',
  });
}

/** The filter `limit`: attributes of one page. Throws ServiceError TF_CONFIG when it is no such number. */
export function pageSize(filters: MispFilters, usualSize: number, where: string): number {
  const { limit } = filters;
  if (limit === undefined) return usualSize;
  const size = Number(limit);
  if (Number.isInteger(size) && size >= 1 && size <= 100_000) return size;
  throw badQuery('query.limit is not a whole number from 1 to 100000', where);
}
