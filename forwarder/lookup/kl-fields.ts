import type { LookupKind } from './lookup-object.js';
import type { Report } from './lookup-result.js';
import type { Sections } from './portal.js';

/** What a $KL field can hold: a list has at least one entry. */
export type KlValue = string | number | boolean | readonly (string | number)[];

/** $KL fields by name (without the `$`), in the order of the documented table. Absent data has no entry. */
export type KlFields = ReadonlyMap<string, KlValue>;

/** One documented field of a function. */
export interface KlFieldRule {
  /** `KLZone`; lists by zone have a rule for each zone (`KLRedMd5`), contacts are `KL<Role>Email`. */
  readonly name: string;
  /** Where it is read in a reply: `FileGeneralInfo.HitsCount`, `UrlReferrals[].Url`. */
  readonly path: string;
  /** The right spelling, given beside `name` where the original's is wrong. */
  readonly alias?: string;
}

/** A function of the lookup plugin this project gives again: what it asks for, what it makes of the reply. */
export interface LookupFunction {
  /** `get_url_report_file`. */
  readonly name: string;
  readonly kind: LookupKind;
  readonly sections: Sections;
  /** Every field it can give, for documentation and tests. */
  readonly rules: readonly KlFieldRule[];
  fields(report: Report): KlFields;
}
