import { ServiceError } from '../../../core/index.js';
import {
  afterBlanks,
  byteOrderMark,
  closeBrace,
  closeBracket,
  colon,
  comma,
  openBrace,
  openBracket,
  quote,
} from './bytes.js';
import { JsonListItems, type ItemLimits } from './list-items.js';
import { TakenText } from './taken-text.js';
import { JsonToken } from './token.js';
import type { Visitor, WalkPhase, WalkStep } from './walk-step.js';

interface Level {
  readonly isObject: boolean;
  readonly path: string;
  readonly isEntered: boolean;
  /** Path of the member or element that is read now. */
  childPath: string;
}

const mostLevels = 256;
const cutShort =
  'The file is cut short or damaged: fetch it again. What was loaded before stays in use.';

/**
 * Walks through a JSON document of several layers, such as an event with its attributes, while its
 * bytes arrive. Memory is bounded by one record and by what the visitor takes. Outside of the lists
 * of records the document must be valid JSON to the byte, so that no damage hides records; in them
 * a bad element costs itself only. Several objects may follow one another, a list stands alone.
 */
export class JsonWalker {
  private phase: WalkPhase = 'between';
  /** Place in the whole input of what is read now, for messages. */
  private position = 0;
  private documents = 0;
  private hasList = false;
  private readonly steps: WalkStep[] = [];
  private readonly levels: Level[] = [];
  private readonly token = new JsonToken();
  private readonly items: JsonListItems;
  /** The value that is taken now. */
  private taken: TakenText | undefined;
  private readonly visit: Visitor;
  private readonly origin: string;

  /** `limits` are those of one record; `origin` is the place that errors name. */
  constructor(limits: ItemLimits, visit: Visitor, origin: string) {
    this.items = new JsonListItems(limits);
    this.visit = visit;
    this.origin = origin;
  }

  /**
   * Reads `chunk` from `start` up to the next step, or to the chunk's end; returns where it stopped.
   * The chunk is not kept. Throws ServiceError TF_FEED where the input is no valid JSON.
   */
  scan(chunk: Buffer, start: number): number {
    const base = this.position - start;
    let at = start;
    this.taken?.enterChunk(start);
    while (at < chunk.length && this.steps.length === 0) {
      at = this.step(chunk, at);
      this.position = base + at;
    }
    this.taken?.leaveChunk(chunk, at);
    return at;
  }

  /** The next of what the last scan() read; to be called until there is none. */
  take(): WalkStep | undefined {
    return this.steps.shift();
  }

  /** To be called after the last chunk. Throws ServiceError TF_FEED when a document is not whole. */
  end(): void {
    if (this.phase !== 'between') {
      throw this.error(`ends inside its JSON document, after record ${this.items.count}`, cutShort);
    }
    if (this.documents === 0) throw this.error('is empty', 'Fetch the file again.');
  }

  /** An error at the place that is read now. */
  error(what: string, hint: string): ServiceError {
    const where = `${this.origin}: byte ${this.position}`;
    return new ServiceError('TF_FEED', `The feed ${what}.`, { where, hint });
  }

  private step(chunk: Buffer, start: number): number {
    switch (this.phase) {
      case 'items':
        return this.stepItems(chunk, start);
      case 'in-key':
        return this.stepKey(chunk, start);
      case 'in-string':
        return this.endScalar(chunk, this.token.skipString(chunk, start));
      case 'in-literal':
        return this.endScalar(chunk, this.token.scanLiteral(chunk, start));
      default: {
        const at = afterBlanks(chunk, start);
        this.position += at - start;
        return at === chunk.length ? at : this.stepMark(chunk, at, chunk[at] as number);
      }
    }
  }

  private stepItems(chunk: Buffer, start: number): number {
    const at = this.items.scan(chunk, start);
    const item = this.items.take();
    const path = this.levels.at(-1)?.path ?? '';
    if (item !== undefined) this.steps.push({ kind: 'item', path, item });
    if (this.items.isDone) this.close(chunk, at);
    return at;
  }

  private stepKey(chunk: Buffer, start: number): number {
    const end = this.token.scanKey(chunk, start);
    if (end < 0) return chunk.length;
    const key = this.token.key();
    if (key === undefined) throw this.invalid();
    const level = this.levels.at(-1) as Level;
    if (level.isEntered) level.childPath = join(level.path, key.replaceAll('/', '~1'));
    this.phase = 'colon';
    return end;
  }

  /** Ends a string or literal before `end`; negative: it goes on in the next chunk. */
  private endScalar(chunk: Buffer, end: number): number {
    if (end < 0) return chunk.length;
    if (this.phase === 'in-literal' && !this.token.isLiteral) throw this.invalid();
    this.endValue(chunk, end);
    return end;
  }

  /** One byte that is no blank, outside of strings, literals and records; returns where to go on. */
  private stepMark(chunk: Buffer, at: number, byte: number): number {
    switch (this.phase) {
      case 'between':
        return this.beginDocument(at, byte);
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
        return this.afterValue(chunk, at, byte);
      default:
        if (byte === closeBracket && this.phase === 'value-or-end')
          return this.close(chunk, at + 1);
        return this.beginValue(at, byte);
    }
  }

  private beginDocument(at: number, byte: number): number {
    if (this.documents === 0 && byte === byteOrderMark[this.position]) return at + 1;
    if (byte !== openBrace && (byte !== openBracket || this.documents > 0)) throw this.invalid();
    if (this.hasList) {
      throw this.error(`goes on after its end, after record ${this.items.count}`, cutShort);
    }
    this.hasList = byte === openBracket;
    return this.beginValue(at, byte);
  }

  private beginValue(at: number, byte: number): number {
    const parent = this.levels.at(-1);
    const path = parent?.childPath ?? '';
    const visit = parent?.isEntered === false ? 'skip' : this.visit(path, byte);
    if (typeof visit === 'object')
      this.taken = new TakenText(visit.takeBytes, this.levels.length, at);
    if (byte !== openBrace && byte !== openBracket) {
      this.token.begin();
      this.phase = byte === quote ? 'in-string' : 'in-literal';
      return byte === quote ? at + 1 : at;
    }
    if (this.levels.length === mostLevels) {
      throw this.error(`is nested more than ${mostLevels} levels deep`, cutShort);
    }
    const isObject = byte === openBrace;
    const isEntered = visit === 'enter' || visit === 'items';
    this.levels.push({ isObject, path, isEntered, childPath: isObject ? '' : join(path, '*') });
    if (isEntered) this.steps.push({ kind: 'begin', path, isList: !isObject });
    if (visit === 'items' && !isObject) {
      this.items.begin();
      this.phase = 'items';
    } else this.phase = isObject ? 'key-or-end' : 'value-or-end';
    return at + 1;
  }

  private afterValue(chunk: Buffer, at: number, byte: number): number {
    const isObject = this.levels.at(-1)?.isObject === true;
    if (byte === comma) {
      this.phase = isObject ? 'key' : 'value';
      return at + 1;
    }
    if (byte !== (isObject ? closeBrace : closeBracket)) throw this.invalid();
    return this.close(chunk, at + 1);
  }

  /** Ends the innermost object or list before `end`. */
  private close(chunk: Buffer, end: number): number {
    const level = this.levels.pop() as Level;
    if (level.isEntered) this.steps.push({ kind: 'end', path: level.path });
    this.endValue(chunk, end);
    return end;
  }

  private endValue(chunk: Buffer, end: number): void {
    const depth = this.levels.length;
    this.phase = depth === 0 ? 'between' : 'after';
    if (depth === 0) this.documents += 1;
    if (this.taken?.level !== depth) return;
    const path = this.levels.at(-1)?.childPath ?? '';
    const text = this.taken.finish(chunk, end);
    this.steps.push(
      text === undefined ? { kind: 'too-large', path } : { kind: 'value', path, text },
    );
    this.taken = undefined;
  }

  private invalid(): ServiceError {
    return this.error(
      `is no valid JSON, after record ${this.items.count}`,
      "The file is damaged or of another format: fetch it again, or set format in the feed's entry.",
    );
  }
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}/${name}`;
}
