import type { HashKind } from '../core/index.js';
import type { NormalUrl } from '../normalise/index.js';

/** A place in a text that is an indicator, with its normal form. `end` is exclusive. */
export type Candidate =
  | { readonly kind: 'url'; readonly start: number; readonly end: number; readonly url: NormalUrl }
  | {
      readonly kind: 'domain' | 'ip' | HashKind;
      readonly start: number;
      readonly end: number;
      readonly value: string;
    };
