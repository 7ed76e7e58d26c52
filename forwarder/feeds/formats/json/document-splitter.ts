import { ServiceError } from '../../../core/index.js';
import {
  afterBlanks,
  closeBrace,
  closeBracket,
  colon,
  comma,
  openBrace,
  openBracket,
  quote,
} from './bytes.js';
import { cutShort, damaged } from './hints.js';
import { JsonLevels, type JsonPhase } from './levels.js';
import { KeptValue } from './kept-value.js';
import { JsonListItems, type ItemLimits, type JsonItem } from './list-items.js';
import type { JsonPlaces } from './places.js';
import { JsonToken } from './token.js';

/** Levels of objects and lists around the records; those in them have a limit of their own. */
const mostLevels = 256;
const shownPlaces = 5;

/**
 * Walks through a JSON document while its bytes arrive, and cuts out the records that stand where
 * `places` says, in memory bounded by one record. Around the records the document must be valid
 * JSON to the byte: no damage there can hide records. Inside a list of records each one is cut out
 * by JsonListItems, so that a bad one costs itself only. Several documents may follow one another.
 */
export class JsonDocumentSplitter {
  /** Lists and values at the wanted place so far, empty ones too. */
  found = 0;
  /** Documents without a record that are whole, such as `{"data": []}`. */
  emptyDocuments = 0;
  /** Where lists were passed over, for a message about a wrong place: `data/list`, at most five. */
  readonly otherLists = new Set<string>();
  private phase: JsonPhase = 'between';
  /** Place in the whole input of what is read now, for messages. */
  private position: number;
  private hasEmptyList = false;
  private completed: JsonItem | undefined;
  private readonly levels = new JsonLevels();
  private readonly token = new JsonToken();
  private readonly kept: KeptValue;
  private readonly items: JsonListItems;
  private readonly places: JsonPlaces;
  private readonly origin: string;

  /** `offset`: where in the file the input begins, for messages. */
  constructor(limits: ItemLimits, places: JsonPlaces, origin: string, offset = 0) {
    this.kept = new KeptValue(limits);
    this.items = new JsonListItems(limits);
    this.places = places;
    this.origin = origin;
    this.position = offset;
  }

  /**
   * Reads `chunk` from `start` up to the end of the next record, or to the chunk's end; returns
   * where it stopped. take() then gives the record. Throws ServiceError TF_FEED when the document
   * is no valid JSON around its records.
   */
  scan(chunk: Buffer, start: number): number {
    const base = this.position - start;
    let at = start;
    this.kept.enterChunk(start);
    while (at < chunk.length && this.completed === undefined) {
      at = this.step(chunk, at);
      this.position = base + at;
    }
    if (at === chunk.length && this.kept.state !== 'off') this.kept.leaveChunk(chunk);
    return at;
  }

  /** The record that the last scan() completed, once. */
  take(): JsonItem | undefined {
    const item = this.completed;
    this.completed = undefined;
    return item;
  }

  /** To be called after the last chunk. Throws ServiceError TF_FEED when a document is not whole. */
  end(): void {
    if (this.phase === 'in-literal') {
      this.kept.enterChunk(0);
      this.endToken(Buffer.alloc(0), 0);
    }
    if (this.phase === 'between') return;
    throw this.error(`ends inside its JSON document, after record ${this.items.count}`, cutShort);
  }

  private step(chunk: Buffer, start: number): number {
    switch (this.phase) {
      case 'items': {
        const at = this.items.scan(chunk, start);
        this.completed = this.items.take();
        if (this.items.isDone) this.close(chunk, at);
        return at;
      }
      case 'in-key':
        return this.stepKey(chunk, start);
      case 'in-string':
        return this.endToken(chunk, this.token.skipString(chunk, start));
      case 'in-literal':
        return this.endToken(chunk, this.token.scanLiteral(chunk, start));
      default: {
        const at = afterBlanks(chunk, start);
        this.position += at - start;
        return at === chunk.length ? at : this.stepMark(chunk, at, chunk[at] as number);
      }
    }
  }

  private stepKey(chunk: Buffer, start: number): number {
    const end = this.token.scanKey(chunk, start);
    if (end < 0) return chunk.length;
    const key = this.token.key();
    if (key === undefined) throw this.invalid();
    this.levels.setKey(key);
    this.kept.countKey();
    this.phase = 'colon';
    return end;
  }

  /** Ends a string or literal before `end`; -1: it goes on in the next chunk. */
  private endToken(chunk: Buffer, end: number): number {
    if (end < 0) return chunk.length;
    if (this.phase === 'in-literal' && !this.token.isLiteral) throw this.invalid();
    this.endValue(chunk, end);
    return end;
  }

  /** One byte that is no blank, outside of strings, literals and records; returns where to go on. */
  private stepMark(chunk: Buffer, at: number, byte: number): number {
    switch (this.phase) {
      case 'list-start':
        return this.beginList(chunk, at, byte);
      case 'colon':
        if (byte !== colon) throw this.invalid();
        this.phase = 'value';
        return at + 1;
      case 'key':
      case 'key-or-end':
        if (byte === closeBrace && this.phase === 'key-or-end') return this.close(chunk, at + 1);
        if (byte !== quote) throw this.invalid();
        this.token.begin();
        this.phase = 'in-key';
        return at + 1;
      case 'after':
        if (this.levels.isClosedBy(byte)) return this.close(chunk, at + 1);
        if (byte !== comma) throw this.invalid();
        this.phase = this.levels.isInObject ? 'key' : 'value';
        return at + 1;
      case 'value-or-end':
        if (byte === closeBracket) return this.close(chunk, at + 1);
        return this.beginValue(at, byte);
      default:
        return this.beginValue(at, byte);
    }
  }

  private beginValue(at: number, byte: number): number {
    const level = this.levels.depth;
    if (level === mostLevels) {
      throw this.error(`is nested more than ${mostLevels} levels deep`, cutShort);
    }
    this.decide(level - 1, byte);
    if (this.kept.state === 'off' && byte !== openBracket) this.keepWanted(at, level);
    switch (byte) {
      case openBrace:
      case openBracket:
        this.levels.open(byte);
        this.kept.countLevel(level + 1);
        if (byte === openBrace) this.phase = 'key-or-end';
        else this.phase = this.kept.state === 'record' ? 'value-or-end' : 'list-start';
        return at + 1;
      case quote:
        this.token.begin();
        this.phase = 'in-string';
        return at + 1;
      default:
        this.token.begin();
        this.phase = 'in-literal';
        return at;
    }
  }

  private keepWanted(at: number, level: number): void {
    const taken = this.places.takesValue(this.levels.path, level === 0);
    if (taken === 'no') return;
    if (taken === 'yes') this.found += 1;
    this.kept.begin(taken === 'yes' ? 'record' : 'maybe', level, at);
  }

  /** After the `[` of a list, at its first element, which begins with `byte`, or at its end. */
  private beginList(chunk: Buffer, at: number, byte: number): number {
    this.decide(this.levels.depth - 2, byte);
    const isWanted = this.kept.state !== 'record' && this.places.takesList(this.levels.path, byte);
    if (byte === closeBracket) {
      this.hasEmptyList = true;
      if (isWanted) this.found += 1;
      return this.close(chunk, at + 1);
    }
    if (!isWanted) {
      if (this.otherLists.size < shownPlaces) this.otherLists.add(this.levels.path.join('/'));
      this.phase = 'value-or-end';
      return at;
    }
    this.kept.drop();
    this.found += 1;
    this.items.begin();
    this.phase = 'items';
    return at;
  }

  /** Whether an object that may be a record is one, by a field of its own that begins with `byte`. */
  private decide(level: number, byte: number): void {
    if (this.kept.state !== 'maybe' || level !== this.kept.level) return;
    if (this.places.isRecordField(this.levels.path.at(-1) ?? '', byte)) this.kept.state = 'record';
  }

  /** Ends the innermost object or list before `end`. */
  private close(chunk: Buffer, end: number): number {
    this.levels.close();
    this.endValue(chunk, end);
    return end;
  }

  private endValue(chunk: Buffer, end: number): void {
    const level = this.levels.depth;
    this.phase = level === 0 ? 'between' : 'after';
    if (this.kept.state !== 'off' && this.kept.level === level) {
      if (this.kept.state === 'maybe' && this.hasEmptyList) {
        this.emptyDocuments += 1;
        this.kept.drop();
      } else this.completed = this.kept.complete(chunk, end, ++this.items.count);
    }
    if (level === 0) this.hasEmptyList = false;
  }

  private invalid(): ServiceError {
    return this.error(`is no valid JSON, after record ${this.items.count}`, damaged);
  }

  private error(what: string, hint: string): ServiceError {
    const where = `${this.origin}: byte ${this.position}`;
    return new ServiceError('TF_FEED', `The feed ${what}.`, { where, hint });
  }
}
