import { bad, ok, type FeedFault, type FieldTree, type Result } from '../../core/index.js';
import { JsonDocumentSplitter } from '../formats/json/document-splitter.js';
import { recordLimits, type JsonItem } from '../formats/json/list-items.js';
import type { JsonPlaces } from '../formats/json/places.js';
import { readJsonStart } from '../formats/json/start.js';
import { parseJsonRecord } from '../formats/json/parse-record.js';
import { actionOf, markedAction, type ChangeAction } from './change-action.js';
import type { DifferenceFile } from './difference-file.js';

/** One entry of a file of differences, as it stands there. */
export type Difference =
  | {
      readonly kind: 'record';
      readonly number: number;
      readonly action: ChangeAction;
      readonly fields: FieldTree;
      readonly text: string;
      /** Whether the action is a field of the record, which is not part of it. */
      readonly isMarked: boolean;
    }
  /** An `id` or an indicator in a list of removed ones. */
  | { readonly kind: 'name'; readonly number: number; readonly name: string };

export interface DifferenceFault {
  readonly number: number;
  readonly fault: FeedFault;
  readonly reason: string;
  readonly row: string;
}

/**
 * Reads a file of differences: a JSON array of records, each with a mark of what is done, one such
 * record a line, or an object `{"added": […], "updated": […], "removed": […]}`. Throws ServiceError
 * TF_FEED when it is cut short or no JSON: half of the differences must not be applied.
 */
export async function* readDifferences(
  file: DifferenceFile,
): AsyncGenerator<Result<Difference, DifferenceFault>, void, undefined> {
  const places = new DifferencePlaces();
  const { offset, bytes } = await readJsonStart(file.read());
  const splitter = new JsonDocumentSplitter(recordLimits, places, file.origin, offset);
  for await (const chunk of bytes) {
    let at = 0;
    while (at < chunk.length) {
      at = splitter.scan(chunk, at);
      const item = splitter.take();
      if (item !== undefined) yield differenceOf(item, places.action);
    }
  }
  splitter.end();
  const last = splitter.take();
  if (last !== undefined) yield differenceOf(last, places.action);
}

/** Top-level lists and objects, and the lists of an object that are named by an action. */
class DifferencePlaces implements JsonPlaces {
  /** Of the list that is read; undefined: each record has its own mark. */
  action: ChangeAction | undefined;

  takesValue(_path: readonly string[], isTopLevel: boolean): 'unless-list' | 'no' {
    if (isTopLevel) this.action = undefined;
    return isTopLevel ? 'unless-list' : 'no';
  }

  takesList(path: readonly string[]): boolean {
    this.action = path.length === 1 ? actionOf(path[0] as string) : undefined;
    return path.length === 0 || this.action !== undefined;
  }

  isRecordField(): boolean {
    return false;
  }
}

function differenceOf(
  item: JsonItem,
  listAction: ChangeAction | undefined,
): Result<Difference, DifferenceFault> {
  const { number } = item;
  if (!item.ok) return bad({ number, fault: item.fault, reason: item.reason, row: item.row });
  const { text } = item;
  const name = listAction === 'remove' ? nameOf(text) : undefined;
  if (name !== undefined) return ok({ kind: 'name', number, name });
  const parsed = parseJsonRecord(text);
  if (!parsed.ok) {
    return bad({ number, fault: 'syntax', reason: `left out: ${parsed.problem}`, row: text });
  }
  if (listAction !== undefined) {
    const fields = parsed.value;
    return ok({ kind: 'record', number, action: listAction, fields, text, isMarked: false });
  }
  const { action, fields } = markedAction(parsed.value);
  return ok({ kind: 'record', number, action, fields, text, isMarked: true });
}

/** A text or a whole number, as it stands: an id may have more digits than a number holds. */
function nameOf(text: string): string | undefined {
  const trimmed = text.trim();
  if (/^\d+$/.test(trimmed)) return trimmed;
  if (!trimmed.startsWith('"')) return undefined;
  try {
    return String(JSON.parse(trimmed));
  } catch {
    return undefined;
  }
}
