import type { Clock } from '../../core/index.js';
import { stopped } from '../client/failures.js';
import type { LookupObject } from '../lookup-object.js';
import type { LookupResult } from '../lookup-result.js';
import type { CachingPortal, Portal, Sections } from '../portal.js';
import { AnswerFolder } from './answer-folder.js';
import type { FolderCounts } from './answer-folder.js';
import { answerKey, keyText } from './answer-key.js';
import { gaveUp, Joined } from './joined.js';
import { expiryOf } from './keep-for.js';
import type { KeepFor } from './keep-for.js';
import { AnswerMemory } from './memory.js';
import type { Answer } from './stored-answer.js';

export interface CachingOptions {
  readonly directory: string;
  /** The most the files may take, in bytes; 0 = answers are kept in memory only. */
  readonly maxBytes: number;
  /** Answers in memory at most; default 10,000. */
  readonly maxInMemory?: number | undefined;
  readonly ttlMs: KeepFor;
  readonly clock: Clock;
  /** Answers of before are not used, only replaced. Default: no. */
  readonly refreshes?: boolean | undefined;
  /** Told once, when the folder cannot be used as it should. */
  readonly onWarning?: ((text: string) => void) | undefined;
}

/** What became of lookups since the portal was opened; whole numbers. */
export interface CacheCounts extends Readonly<FolderCounts> {
  readonly fromMemory: number;
  readonly fromDisk: number;
  /** Asked of the portal, whatever it said. */
  readonly asked: number;
}

export interface KeepingPortal extends CachingPortal {
  readonly counts: CacheCounts;
}

/**
 * Keeps the answers of a portal, in memory and as files, for as long as what they say holds. Failures
 * are never kept. Whatever happens to the files, lookups go on. Throws nothing.
 */
export function openCachingPortal(portal: Portal, options: CachingOptions): Promise<KeepingPortal> {
  return Promise.resolve(new Keeper(portal, options));
}

class Keeper implements KeepingPortal {
  readonly name: Portal['name'];
  readonly address: string;
  readonly #portal: Portal;
  readonly #options: CachingOptions;
  readonly #memory: AnswerMemory;
  readonly #folder: AnswerFolder;
  readonly #joined = new Joined<LookupResult>();
  readonly #openedAtMs: number;
  readonly #counts = { fromMemory: 0, fromDisk: 0, asked: 0 };

  constructor(portal: Portal, options: CachingOptions) {
    const { directory, maxBytes, maxInMemory = 10_000, clock } = options;
    this.name = portal.name;
    this.address = portal.address;
    this.#portal = portal;
    this.#options = options;
    this.#openedAtMs = clock();
    this.#memory = new AnswerMemory(maxInMemory);
    const onWarning = options.onWarning ?? (() => undefined);
    this.#folder = new AnswerFolder({ directory, maxBytes, clock, onWarning });
  }

  get quota(): Portal['quota'] {
    return this.#portal.quota;
  }

  get counts(): CacheCounts {
    return { ...this.#counts, ...this.#folder.counts };
  }

  known(object: LookupObject, sections: Sections): LookupResult | undefined {
    const nowMs = this.#options.clock();
    for (const key of this.#keysOf(object, sections)) {
      const answer = this.#memory.get(key, nowMs);
      if (answer !== undefined) return answer;
    }
    return undefined;
  }

  async lookup(
    object: LookupObject,
    sections: Sections,
    signal?: AbortSignal,
  ): Promise<LookupResult> {
    const known = this.known(object, sections);
    if (known !== undefined) {
      this.#counts.fromMemory += 1;
      return known;
    }
    const keys = this.#keysOf(object, sections);
    const result = await this.#joined.run(
      keys[0],
      (stopping) => this.#find(object, sections, keys, stopping),
      signal,
    );
    return result === gaveUp ? stopped(this.address) : result;
  }

  async close(): Promise<void> {
    await this.#portal.close();
    await this.#joined.settled();
    await this.#folder.close();
  }

  async #find(
    object: LookupObject,
    sections: Sections,
    keys: readonly [string, ...string[]],
    signal: AbortSignal,
  ): Promise<LookupResult> {
    for (const key of keys) {
      const answer = await this.#folder.read(key);
      if (answer !== undefined && this.#holds(answer)) {
        this.#counts.fromDisk += 1;
        this.#remember(key, answer);
        return answer;
      }
    }
    this.#counts.asked += 1;
    const result = await this.#portal.lookup(object, sections, signal);
    if (result.kind !== 'failed' && expiryOf(result, this.#options.ttlMs) > result.atMs) {
      this.#remember(keys[0], result);
      await this.#folder.write(keys[0], result);
    }
    return result;
  }

  /** In memory it is an answer of the cache. */
  #remember(key: string, answer: Answer): void {
    this.#memory.set(key, { ...answer, from: 'cache' }, expiryOf(answer, this.#options.ttlMs));
  }

  #holds(answer: Answer): boolean {
    const { clock, ttlMs, refreshes } = this.#options;
    const nowMs = clock();
    // What was said in the future was said by a clock that went wrong.
    if (answer.atMs > nowMs + 60_000) return false;
    if (refreshes === true && answer.atMs < this.#openedAtMs) return false;
    return expiryOf(answer, ttlMs) > nowMs;
  }

  /** Where the answer may be: under its own sections, or in an answer with all of them. */
  #keysOf(object: LookupObject, sections: Sections): readonly [string, ...string[]] {
    const own = answerKey(this, object, sections);
    if (own.sections === 'all') return [keyText(own)];
    return [keyText(own), keyText(answerKey(this, object, 'all'))];
  }
}
