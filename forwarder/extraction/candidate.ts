import type { HashKind } from '../core/index.js';
import type { NormalUrl } from '../normalise/index.js';

/** A part of a text that is an indicator, where it begins, and its normal form. */
export type Candidate =
  | { readonly kind: 'url'; readonly start: number; readonly text: string; readonly url: NormalUrl }
  | {
      readonly kind: 'domain' | 'ip' | HashKind;
      readonly start: number;
      readonly text: string;
      readonly value: string;
    };
