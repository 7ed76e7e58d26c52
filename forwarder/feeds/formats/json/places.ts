import { openBrace, quote } from './bytes.js';
import type { ReaderOptions } from '../format.js';
import { usualField } from '../usual-fields.js';

/** The names of the fields that lead to a value; lists on the way add none. */
export type JsonPath = readonly string[];

/** Which values of a JSON document are records, or lists of them. */
export interface JsonPlaces {
  /**
   * Whether the value at `path` is a record as a whole. `unless-list`: it is, if no list of records
   * comes before a field that isRecordField() knows.
   */
  takesValue(path: JsonPath, isTopLevel: boolean): 'yes' | 'no' | 'unless-list';
  /** Whether the elements of the list at `path` are records; `first` is the first one's first byte. */
  takesList(path: JsonPath, first: number): boolean;
  /**
   * Whether the field tells that the object which holds it is a record itself; `first` is the first
   * byte of its value, or of the first element of that.
   */
  isRecordField(name: string, first: number): boolean;
}

/** Names of lists of texts that are indicators; other lists of texts are passed over. */
const listNames: ReadonlySet<string> = new Set(
  ['data', 'items', 'list', 'entries', 'results', 'objects', 'values', 'feed'].concat(
    ['indicators', 'iocs', 'observables', 'urls', 'domains', 'hosts', 'hostnames', 'ips', 'ipv4s'],
    ['ipv6s', 'addresses', 'networks', 'prefixes', 'cidrs', 'hashes', 'md5s', 'sha1s', 'sha256s'],
    ['blocklist', 'blacklist', 'denylist'],
  ),
);

/** Lists of what tells of indicators or of the answer itself; their URLs are no indicators. */
const describingLists: ReadonlySet<string> = new Set(
  ['links', '_links', 'references', 'external_references', 'externalreferences', 'refs'].concat([
    'pagination',
    'paging',
  ]),
);

/**
 * Where records are when nothing is configured: the elements of every list of objects, and of
 * lists of texts at the top level or of a name such as `indicators`. An object at the top level that
 * has none of these, or that has an indicator before, is a record itself. Lists of links and
 * references are passed over, each as `other`.
 */
export function usualPlaces({ fields, onPassed }: ReaderOptions): JsonPlaces {
  const starts = new Set(fields?.flatMap(({ path }) => [path, path.split('/', 1)[0] as string]));
  return {
    takesValue: (_path, isTopLevel) => (isTopLevel ? 'unless-list' : 'no'),
    takesList(path, first) {
      if (first === openBrace) {
        const isWanted =
          fields !== undefined || !path.some((name) => describingLists.has(name.toLowerCase()));
        if (!isWanted) onPassed?.('other');
        return isWanted;
      }
      return (
        first === quote && (path.length === 0 || listNames.has((path.at(-1) ?? '').toLowerCase()))
      );
    },
    isRecordField: (name, first) =>
      fields === undefined ? first === quote && isUsualOfOne(name) : starts.has(name),
  };
}

/** `indicators` and `iocs` name a list of a whole feed rather than a field of a record. */
function isUsualOfOne(name: string): boolean {
  return usualField(name) !== undefined && !listNames.has(name.toLowerCase());
}

/**
 * Where a configured root is: names joined by `/`, in which `*` is any text and `?` any character.
 * What stands there is a record, or a list of them. `/` alone: the file's own value.
 */
export function placesAt(root: string): JsonPlaces {
  const steps = root
    .split('/')
    .filter((step) => step !== '')
    .map(stepPattern);
  const isAt = (path: JsonPath): boolean =>
    path.length === steps.length && steps.every((step, index) => step.test(path[index] as string));
  return {
    takesValue: (path) => (isAt(path) ? 'yes' : 'no'),
    takesList: isAt,
    isRecordField: () => false,
  };
}

function stepPattern(step: string): RegExp {
  const source = step
    .replace(/[\\^$.+()[\]{}|]/g, '\\$&')
    .replace(/\*+/g, '[^]*')
    .replaceAll('?', '[^]');
  return new RegExp(`^${source}$`, 'u');
}
