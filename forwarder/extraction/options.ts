/** What a rule's value is taken for. `HASH`: MD5, SHA-1 or SHA-256 by its length. `CONTEXT`: kept, never looked up. */
export const ruleKinds = [
  'URL',
  'DOMAIN',
  'IP',
  'MD5',
  'SHA1',
  'SHA256',
  'HASH',
  'CONTEXT',
] as const;
export type RuleKind = (typeof ruleKinds)[number];

/** A configured extraction rule; docs/reference/sources.md. It has `pattern`, `keys`, or both. */
export interface RuleOptions {
  /** e.g. `RE_URL`; the name by which templates show the value. */
  readonly name: string;
  /** Default: `CONTEXT`. */
  readonly kind?: RuleKind;
  /** Regular expression (RE2 syntax) on the event text, or on the fields named by `keys`. */
  readonly pattern?: string;
  /** Names of envelope fields, e.g. `URL Host`; without a pattern their values are taken whole. */
  readonly keys?: readonly string[];
  /** `first` (the default) takes the first value of the kind, `all` each, and each is looked up by itself. */
  readonly extract?: 'all' | 'first';
  /** How the pattern's groups make the value: `#1#2`; default: all groups in order. */
  readonly concatenate?: string;
}

/** A configured source: a named rule set for events from some peers or of some shape. */
export interface SourceOptions {
  /** `default` replaces the built-in source, and has neither `peers` nor `pattern`. */
  readonly name: string;
  /** Addresses or ranges (`192.0.2.0/24`) of the peers whose events it applies to. */
  readonly peers?: readonly string[];
  /** Regular expression on the event text; with `peers` too, both must hold, with neither it applies to all. */
  readonly pattern?: string;
  readonly rules: readonly RuleOptions[];
  /** Applied to the payload, in order, before ignoring and extracting; `with` may hold `\1` and `\s`. */
  readonly replace?: readonly { readonly pattern: string; readonly with: string }[];
  /** Events whose text one of these matches are dropped, after all replacing. */
  readonly ignore?: readonly string[];
}

/** Custom properties whose name matches hold only this kind of indicator. */
export interface IndicatorProperty {
  /** Regular expression on the property's name, letter case ignored. */
  readonly pattern: string;
  readonly kind: Exclude<RuleKind, 'CONTEXT'>;
}

export interface ExtractionOptions {
  /** In the order they are tried; none: the built-in source decides alone. */
  readonly sources?: readonly SourceOptions[];
  /** Names of custom properties that hold one URL; default defaultUrlProperties. */
  readonly urlProperties?: string;
  /** Tried before `urlProperties`, the first that matches wins. */
  readonly indicatorProperties?: readonly IndicatorProperty[];
}

/** Custom properties that hold one URL, whole; letter case ignored. */
export const defaultUrlProperties = '^URL$|URI|Request URL';
/** Name of the source that is used when no other applies. */
export const defaultSourceName = 'default';
