import { hash } from 'node:crypto';

import type { Match, ReceivedEvent } from '../core/index.js';

/** Hex digits of an id: 96 bits, so that ids of billions of messages differ. */
const idLength = 24;

function shortHash(data: string | Uint8Array): string {
  return hash('sha256', data, 'hex').slice(0, idLength);
}

/**
 * The hash of the line that an event came in, worked out when it is first asked for: nearly no line
 * leads to a message. One object serves for all lines, one after the other.
 */
export class LineDigest {
  readonly #runHash: string;
  #bytes: Uint8Array = new Uint8Array(0);
  #start = 0;
  #end = 0;
  #value: string | undefined;

  /** `runId` is another one each time the service starts: arrival numbers begin again with it. */
  constructor(runId: string) {
    this.#runHash = shortHash(runId);
  }

  /** Names the line; its bytes must not change until the next one is named. */
  begin(bytes: Uint8Array, start: number, end: number): void {
    this.#bytes = bytes;
    this.#start = start;
    this.#end = end;
    this.#value = undefined;
  }

  get value(): string {
    this.#value ??= this.#runHash + shortHash(this.#bytes.subarray(this.#start, this.#end));
    return this.#value;
  }
}

/**
 * The id of a detection's message: the same however often the message is sent, another one for
 * every other detection, of an equal event too, because the event's arrival number is in it.
 */
export function detectionId(
  { number, digest }: Pick<ReceivedEvent, 'number' | 'digest'>,
  { feed, indicator }: Match,
  ordinal: number,
): string {
  const record = `${feed.name}\0${indicator.kind}\0${indicator.value}`;
  return shortHash(`${digest}\0${number}\0${ordinal}\0${record}`);
}

/** The id of a summary: `number` counts the windows of this run. */
export function summaryId(runId: string, number: number): string {
  return shortHash(`summary\0${runId}\0${number}`);
}
