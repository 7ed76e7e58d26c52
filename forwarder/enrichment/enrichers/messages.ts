import type { EnricherInput } from './enricher-module.js';
import type { CheckedAnswer } from './read-reply.js';

/** What an enricher's thread is started with. */
export interface EnricherThreadData {
  /** URL of the module. */
  readonly module: string;
  readonly options: unknown;
  /** One Int32: how many messages the thread has begun to work on. */
  readonly begun: SharedArrayBuffer;
}

/** To the thread: an event, which need not be looked at after that moment (Date.now). */
export interface EnricherRequest {
  readonly id: number;
  readonly input: EnricherInput;
  readonly uselessAfterMs: number;
}

/** From the thread. */
export type EnricherMessage =
  | { readonly kind: 'ready' }
  /** The module cannot be used. */
  | { readonly kind: 'unusable'; readonly why: string }
  | { readonly kind: 'answers'; readonly id: number; readonly answers: readonly CheckedAnswer[] }
  | {
      readonly kind: 'failed';
      readonly id: number;
      readonly reason: 'error' | 'bad_answer';
      readonly why: string;
    };
