import { ExpiringCache } from '../../net/index.js';
import type { Answer } from './stored-answer.js';

/** Text of reports that may be kept in memory, about; parsed it takes a few times that. */
const maxCharacters = 32 * 1_048_576;

/** Answers in memory: so many of them at most, and not too much in all. */
export class AnswerMemory {
  readonly #cache: ExpiringCache<string, Answer>;
  #characters = 0;

  constructor(maxEntries: number) {
    this.#cache = new ExpiringCache(maxEntries);
  }

  get(key: string, nowMs: number): Answer | undefined {
    return this.#cache.get(key, nowMs);
  }

  set(key: string, answer: Answer, expiresAtMs: number): void {
    const characters =
      key.length + (answer.kind === 'report' ? JSON.stringify(answer.report).length : 0);
    if (this.#characters + characters > maxCharacters) {
      // What is asked for again comes back from the disk.
      this.#cache.clear();
      this.#characters = 0;
    }
    this.#characters += characters;
    this.#cache.set(key, answer, expiresAtMs);
  }
}
