import { ServiceError } from '../../core/index.js';
import type { FeedReader, ReaderOptions } from './format.js';
import { openBrace, openBracket } from './json/bytes.js';
import type { ItemLimits } from './json/list-items.js';
import { jsonOutline, parsed } from './json/outline.js';
import type { RecordResult } from './json/record.js';
import type { Visit } from './json/walk-step.js';
import { walkJson } from './json/walk.js';
import { isWarninglistType, WarninglistEntries } from './warninglist/entries.js';
import { warninglistTypes } from './warninglist/types.js';

/**
 * The largest list that may stand before its type, as it does where names are sorted: it is held
 * until the type is known. Lists of a million names have some 25 MB.
 */
const longestList = 64 * 2 ** 20;
const entryLimits: ItemLimits = { maxBytes: 65_536, maxDepth: 4, maxKeys: 16 };
const longestField = 65_536;
const ownFields: readonly string[] = ['name', 'description', 'version', 'matching_attributes'];

async function* read(
  bytes: AsyncIterable<Uint8Array>,
  options: ReaderOptions = {},
): AsyncGenerator<RecordResult, void, undefined> {
  const origin = options.origin ?? 'feed';
  const fields = new Map<string, unknown>();
  let held: string | undefined;
  let entries: WarninglistEntries | undefined;
  const visit = (path: string, first: number): Visit => {
    if (path === '') return 'enter';
    if (path === 'list' && first === openBracket) {
      // The attributes that it is for decide too; without them the list waits.
      const isKnown = isWarninglistType(fields.get('type')) && fields.has('matching_attributes');
      return isKnown ? 'items' : { takeBytes: longestList };
    }
    return path.includes('/') ? 'skip' : { takeBytes: longestField };
  };
  for await (const step of walkJson(bytes, entryLimits, visit, origin)) {
    if (step.kind === 'item') {
      if (entries !== undefined) yield* entries.read(step.item);
    } else if (step.kind === 'too-large') {
      if (step.path === 'list') throw tooLarge(origin);
    } else if (step.kind === 'value') {
      if (step.path === 'list' && step.text.startsWith('[')) held = step.text;
      else fields.set(step.path, parsed(step.text));
    } else if (step.kind === 'begin') {
      if (step.path === 'list') entries = entriesOf(fields, options, origin);
    } else if (step.path === '') {
      // The document is whole: what waited for its type can be read.
      if (held !== undefined) {
        yield* entriesOf(fields, options, origin).readAll(held, entryLimits, origin);
      } else if (entries === undefined) throw noList(origin);
      held = undefined;
      entries = undefined;
      fields.clear();
    }
  }
}

function entriesOf(
  fields: ReadonlyMap<string, unknown>,
  options: ReaderOptions,
  origin: string,
): WarninglistEntries {
  // MISP takes a list without a type for one of strings.
  const type = fields.get('type') ?? 'string';
  if (!isWarninglistType(type)) {
    throw new ServiceError('TF_FEED', `The warninglist is of no known type: ${shown(type)}.`, {
      where: `${origin}: byte 0`,
      hint: `Known types: ${warninglistTypes.join(', ')}.`,
    });
  }
  return new WarninglistEntries(type, fields, options);
}

function shown(value: unknown): string {
  return JSON.stringify(value).slice(0, 60);
}

function noList(origin: string): ServiceError {
  return new ServiceError('TF_FEED', 'The feed is no warninglist: it has no "list".', {
    where: `${origin}: byte 0`,
    hint: 'A file of this format is {"name": …, "type": "hostname", "list": […]}.',
  });
}

function tooLarge(origin: string): ServiceError {
  return new ServiceError('TF_FEED', `The list is larger than ${longestList} bytes.`, {
    where: `${origin}: byte 0`,
    hint: 'Write "type" and "matching_attributes" before "list": the list is then read entry by entry.',
  });
}

/** An object with a list of texts and the fields that a warninglist has. */
function recognises(start: Uint8Array): boolean {
  if (start[0] !== openBrace) return false;
  const { begun, lists, values } = jsonOutline(start);
  if (!lists.has('list') || begun.has('list/*')) return false;
  const first = values.get('list/*');
  if (first !== undefined && typeof first !== 'string') return false;
  return ownFields.some((name) => values.has(name) || lists.has(name));
}

/**
 * MISP warninglists: values that are known to be good or to say nothing, for `allowLists`. Each entry
 * is a record; what it covers depends on the list's type, see readEntry(). A list that is for other
 * kinds of values only (`matching_attributes`: names of files, mail) is passed over.
 *
 * A bad entry is one problem with its number in the list, and the rest goes on. A file that is cut
 * short or has no list throws ServiceError TF_FEED.
 */
export const warninglist: FeedReader = {
  name: 'warninglist',
  summary: 'a MISP warninglist: {"name": …, "type": "hostname", "list": […]}',
  recognises,
  read,
};
