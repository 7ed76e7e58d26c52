import type { Detection, EventValues } from '../../core/index.js';
import type { NamedField } from './field-names.js';

/** What stands for a value that is absent (the samples of CyberTrace's help and tutorials). */
export const absentText = '-';

/** How much of an outcome may be written, so that the line keeps within its limit. */
export interface Allowance {
  /** Context fields, the first ones. */
  readonly fields: number;
  /** Actionable fields, the first ones. */
  readonly actionable: number;
  /** Longest value, in UTF-16 units. */
  readonly valueLimit: number;
}

/** What the patterns of one line are filled from. */
export interface Scope extends Allowance {
  /** Event id: a category, a status event, `LookupFinished`. */
  readonly event: string;
  readonly atMs: number;
  readonly context: readonly NamedField[];
  readonly actionableFields: readonly NamedField[];
  readonly values: EventValues | undefined;
  readonly detection: Detection | undefined;
}
