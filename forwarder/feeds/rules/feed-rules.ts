/** A field by its path (`threat_score`, `whois/country`, `files/MD5`) and what it must be. */
export interface FieldFilter {
  readonly path: string;
  /** As in the configuration: `Botnet`, `75`, `>= 75`, `[01.02.2026;%NOW%]`. */
  readonly criterion: string;
}

/** A field that goes out by a name of its own. */
export interface ActionableField {
  readonly path: string;
  /** Output name; '' = the path, with `_` for `/`. */
  readonly name: string;
}

/** Which records of a feed are used, and what of them goes out (the rules of Kaspersky's Feed Utility). */
export interface FeedRules {
  /** All must hold; a record without the field is left out. */
  readonly filters: readonly FieldFilter[];
  readonly requiredFields: readonly string[];
  readonly actionableFields: readonly ActionableField[];
  /** Records with a confidence of their own are used when it is at least this; 0 = all. */
  readonly minConfidence: number;
  /** The first so many records are used; undefined = all. */
  readonly maxRecords: number | undefined;
  /** Whether indicators that cover half of the world are used. */
  readonly allowsOverBroad: boolean;
}

/** Every record, all of it. */
export const noRules: FeedRules = {
  filters: [],
  requiredFields: [],
  actionableFields: [],
  minConfidence: 0,
  maxRecords: undefined,
  allowsOverBroad: false,
};
