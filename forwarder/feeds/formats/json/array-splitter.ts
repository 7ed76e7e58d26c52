import { ServiceError } from '../../../core/index.js';
import { afterBlanks, byteOrderMark, isBlank, openBracket } from './bytes.js';
import { cutShort } from './hints.js';
import { JsonListItems, type ItemLimits, type JsonItem } from './list-items.js';

/**
 * Cuts the elements out of a top-level JSON array while its bytes arrive, in memory bounded by one
 * element; see JsonListItems.
 *
 * Worked example: `[{"a":"],"},7]` in any chunks. `[` opens the array; `{` raises the depth to 1;
 * `"` enters a string, in which `]` and `,` mean nothing; `}` lowers the depth to 0, so the next
 * comma ends element 1, `{"a":"],"}`; the `]` at depth 0 ends element 2, `7`, and the array.
 */
export class JsonArraySplitter {
  private phase: 'start' | 'items' | 'done' = 'start';
  /** Place in the whole input up to which it is read, for messages. */
  private offset = 0;
  private listOffset = 0;
  private readonly items: JsonListItems;
  private readonly origin: string;

  /** `origin` is the place that errors name. */
  constructor(limits: ItemLimits, origin: string) {
    this.origin = origin;
    this.items = new JsonListItems(limits);
  }

  /** Bytes kept between two calls: never more than `limits.maxBytes`. */
  get bufferedBytes(): number {
    return this.items.bufferedBytes;
  }

  /**
   * Reads `chunk` from `start` up to the end of the next element, or to the chunk's end. Returns
   * where it stopped; take() then gives the element, if one was completed. The chunk belongs to
   * the caller and is not kept. Throws ServiceError TF_FEED when the input is no JSON array.
   */
  scan(chunk: Buffer, start: number): number {
    let at = start;
    if (this.phase === 'start') at = this.scanStart(chunk, at);
    if (this.phase === 'items') {
      const from = at;
      at = this.items.scan(chunk, at);
      this.offset += at - from;
      if (this.items.isDone) this.phase = 'done';
      return at;
    }
    return this.phase === 'done' ? this.scanRest(chunk, at) : at;
  }

  /** The element that the last scan() completed, once. */
  take(): JsonItem | undefined {
    return this.items.take();
  }

  /** To be called after the last chunk. Throws ServiceError TF_FEED when the array is not complete. */
  end(): void {
    switch (this.phase) {
      case 'done':
        return;
      case 'start':
        throw this.error('is empty', 'An empty feed is written as [].');
      case 'items': {
        const { count, isInItem, itemOffset } = this.items;
        throw isInItem
          ? this.error(
              `ends inside record ${count + 1}, which starts at byte ${this.listOffset + itemOffset}`,
              cutShort,
            )
          : this.error(`ends after record ${count} without the ] that closes the array`, cutShort);
      }
      default:
        return this.phase satisfies never;
    }
  }

  private scanStart(chunk: Buffer, start: number): number {
    for (let at = start; at < chunk.length; at++) {
      const byte = chunk[at] as number;
      const position = this.offset;
      this.offset += 1;
      if (byte === openBracket) {
        this.phase = 'items';
        this.listOffset = this.offset;
        this.items.begin();
        return at + 1;
      }
      if (!isBlank(byte) && byte !== byteOrderMark[position]) {
        this.offset = position;
        throw this.error(
          'is not a JSON array of records: it does not start with [',
          'A feed of this format is one JSON array of objects: [ {…}, {…} ].',
        );
      }
    }
    return chunk.length;
  }

  /** After the array: nothing but blanks. */
  private scanRest(chunk: Buffer, start: number): number {
    const at = afterBlanks(chunk, start);
    this.offset += at - start;
    if (at < chunk.length) {
      throw this.error(
        `goes on after the end of the array (record ${this.items.count})`,
        'The file is damaged or holds several arrays: fetch it again, or join them into one.',
      );
    }
    return at;
  }

  private error(what: string, hint: string): ServiceError {
    const where = `${this.origin}: byte ${this.offset}`;
    return new ServiceError('TF_FEED', `The feed ${what}.`, { where, hint });
  }
}
