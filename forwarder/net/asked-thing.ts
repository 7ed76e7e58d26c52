import type { ErrorCode } from '../core/index.js';

/** What is asked for, so that faults name it, and what can be set about it. */
export interface AskedThing {
  /** As it stands in a sentence: `feed`. */
  readonly noun: string;
  /** Of a fault that asking again does not mend; others are TF_PEER_UNAVAILABLE, or TF_CONFIG. */
  readonly code: ErrorCode;
  /** What to do, in the words of its own settings. */
  readonly remedies: {
    /** Its address is none of HTTP: `for a file name its path, without file://`. */
    readonly noHttp: string;
    /** Its server says nothing; follows "or": `raise downloads.timeoutSeconds`. */
    readonly silent: string;
    /** It is larger than the access allows. */
    readonly tooLarge: string;
    /** Its server is asked too often (HTTP 429). */
    readonly tooOften: string;
  };
}
