import type { SecretPlaces } from './held-secret.js';
import type { Existing } from './existing.js';
import type { Given } from './given.js';
import type { Prompts } from './prompts.js';

/** One run of `init`, as its steps see it. */
export interface Session {
  readonly given: Given;
  /** The configuration that is there already, whose values are offered. */
  readonly existing: Existing | undefined;
  readonly places: SecretPlaces;
  readonly nowMs: number;
  /** On a terminal, unless `--yes`: for what must be confirmed. */
  readonly prompts: Prompts | undefined;
  /** The same, when the steps themselves are asked; absent when flags say all that is needed. */
  readonly wizard: Prompts | undefined;
  /** Flags that are needed and not given; filled by the steps. */
  readonly missing: string[];
  readonly warnings: string[];
}

/** Tells the operator, at once on a terminal and in the outcome. */
export function warn(session: Session, text: string): void {
  session.warnings.push(text);
  session.wizard?.warn(text);
}
