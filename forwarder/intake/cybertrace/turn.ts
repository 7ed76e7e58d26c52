/** So much of its replies, in characters, is worked out for one session at a time. */
const mostCharacters = 65_536;
/** What an event counts beside its reply: not even looking things up is free. */
const eventCharacters = 256;

/**
 * Shares the time of the event loop among sessions: the events of one read may take a second where
 * each is full of detections, and with many such sessions everyone else, health checks too, would wait
 * for all of them. After so much work a session lets the others go first.
 */
export class Turn {
  readonly #onNext: () => void;
  #spent = 0;
  #next: NodeJS.Immediate | undefined;

  /** `onNext` is called when it is the session's turn again. */
  constructor(onNext: () => void) {
    this.#onNext = onNext;
  }

  /** Whether it is the turn of others. */
  get isOver(): boolean {
    return this.#next !== undefined;
  }

  /** An event was taken; `characters` of its reply are worked out. */
  spend(characters: number): void {
    this.#spent += eventCharacters + characters;
    if (this.#spent < mostCharacters || this.#next !== undefined) return;
    this.#next = setImmediate(() => {
      this.#next = undefined;
      this.#spent = 0;
      this.#onNext();
    });
  }
}
