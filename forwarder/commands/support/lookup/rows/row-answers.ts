import type { KlFields } from '../../../../lookup/kl-fields.js';
import type { LookupKind, LookupObject } from '../../../../lookup/lookup-object.js';
import { recognise } from '../../../../lookup/recognise.js';
import { ExpiringCache } from '../../../../net/index.js';
import { isOfValue } from '../../../../lookup/lookup-result.js';
import type { Failed, ValueAnswer } from '../look-up.js';

export const rowOutcomes = ['data', 'noData', 'refused', 'notRecognised', 'empty'] as const;
export type RowOutcome = (typeof rowOutcomes)[number];

interface KeptAnswer {
  readonly kind: RowOutcome;
  /** As it is written between the parts of the row. */
  readonly addition: string;
}

/** What a row gets; `stop`: no row can be answered any more. */
export type RowAnswer = KeptAnswer | { readonly kind: 'stop'; readonly failure: Failed };

export interface RowAnswersOptions {
  readonly kind: LookupKind | undefined;
  readonly lookUp: (object: LookupObject) => Promise<ValueAnswer>;
  readonly addition: (fields: KlFields) => string;
  /** Lookups that are out at a time. */
  readonly maxInFlight: number;
}

/** How logs write that there is no value. */
const nothingThere = new Set(['', '-']);

/** Values whose answers are kept ready to be written, and about how many characters they may be. */
const keptValues = 20_000;
const keptCharacters = 16 * 1_048_576;

/** Answers for rows: equal values are asked once, and are answered at once when they come again. */
export class RowAnswers {
  readonly #options: RowAnswersOptions;
  /** By texts as they stand in rows, and by what those mean: several texts mean the same. */
  readonly #byText = new ExpiringCache<string, KeptAnswer>(keptValues);
  readonly #byMeaning = new ExpiringCache<string, KeptAnswer>(keptValues);
  readonly #inFlight = new Map<string, Promise<RowAnswer>>();
  readonly #nothing: string;
  #keptCharacters = 0;
  #wake: (() => void)[] = [];
  /** Lookups that were begun, by kind and value. */
  lookups = 0;
  /** Set when an answer came that ends all: no more may be asked. */
  stop: Failed | undefined;

  constructor(options: RowAnswersOptions) {
    this.#options = options;
    this.#nothing = options.addition(new Map());
  }

  /** What is written of a text: at once, when it is known. */
  of(text: string | undefined): RowAnswer | Promise<RowAnswer> {
    if (text === undefined || nothingThere.has(text.trim())) {
      return { kind: 'empty', addition: this.#nothing };
    }
    const known = this.#byText.get(text, 0);
    if (known !== undefined) return known;
    const found = recognise(text, this.#options.kind);
    if (!found.ok) {
      return this.#keep(this.#byText, text, { kind: 'notRecognised', addition: this.#nothing });
    }
    const object = found.value;
    const key = `${object.kind} ${object.value}`;
    const same = this.#byMeaning.get(key, 0);
    if (same !== undefined) return this.#keep(this.#byText, text, same);
    return this.#inFlight.get(key) ?? this.#ask(key, object, text);
  }

  /** Whether as many lookups are out as may be: any() is to be waited for. */
  get isFull(): boolean {
    return this.#inFlight.size >= this.#options.maxInFlight;
  }

  /** Resolves when any lookup is done. */
  async any(): Promise<void> {
    if (this.#inFlight.size === 0) return;
    await new Promise<void>((resolve) => this.#wake.push(resolve));
  }

  #ask(key: string, object: LookupObject, text: string): Promise<RowAnswer> {
    this.lookups += 1;
    const asking = this.#answer(object).then((answer) => {
      this.#inFlight.delete(key);
      if (answer.kind === 'stop') this.stop ??= answer.failure;
      else {
        this.#keep(this.#byText, text, answer);
        this.#keep(this.#byMeaning, key, answer);
      }
      return answer;
    });
    // Those who got the promise are told before those who wait for any.
    void asking.then(() => {
      queueMicrotask(() => {
        const waiting = this.#wake;
        this.#wake = [];
        for (const resolve of waiting) resolve();
      });
    });
    this.#inFlight.set(key, asking);
    return asking;
  }

  async #answer(object: LookupObject): Promise<RowAnswer> {
    const { failure, answers, fields } = await this.#options.lookUp(object);
    if (failure !== undefined) {
      if (!isOfValue(failure.failure)) return { kind: 'stop', failure };
      return { kind: 'refused', addition: this.#options.addition(fields) };
    }
    const hasData = answers.some(({ result }) => result.kind === 'report');
    return { kind: hasData ? 'data' : 'noData', addition: this.#options.addition(fields) };
  }

  #keep(cache: ExpiringCache<string, KeptAnswer>, key: string, answer: KeptAnswer): KeptAnswer {
    this.#keptCharacters += key.length + answer.addition.length;
    if (this.#keptCharacters > keptCharacters) {
      this.#byText.clear();
      this.#byMeaning.clear();
      this.#keptCharacters = 0;
    }
    cache.set(key, answer, Infinity);
    return answer;
  }
}
