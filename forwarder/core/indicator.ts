export const hashKinds = ['md5', 'sha1', 'sha256'] as const;
export type HashKind = (typeof hashKinds)[number];

/**
 * A value found in an event. `text` is the value as it stood in the event (matchedIndicator);
 * `value` is its normal form, by which it is looked up: a URL without scheme
 * (`example.com/a?b`), a lower-case host, a canonical IP address, a lower-case hash.
 */
export type Observable =
  | {
      readonly kind: 'url';
      readonly rule: string;
      readonly text: string;
      readonly value: string;
      /** The host of `value`: a lower-case name, or a canonical IP address without brackets. */
      readonly host: string;
      /** The host as it stood in the event. */
      readonly hostText: string;
    }
  | {
      readonly kind: 'domain' | 'ip' | HashKind;
      /** Name of the rule that found it, e.g. `RE_MD5`. */
      readonly rule: string;
      readonly text: string;
      readonly value: string;
    };

export type UrlObservable = Extract<Observable, { kind: 'url' }>;

export type ObservableKind = Observable['kind'];

/**
 * What a feed's record looks for: a kind and a normalised value.
 * `url`: a mask or an exact URL (`host/path`, `*.a.b`, `host/folder/*`, `host/x.php?*`; see
 * docs/reference/masks.md). `domain`: the name and all below it. `cidr`: `192.0.2.0/24`.
 */
export interface Indicator {
  readonly kind: IndicatorKind;
  readonly value: string;
}

export const indicatorKinds = ['url', 'domain', 'ip', 'cidr', ...hashKinds] as const;
export type IndicatorKind = (typeof indicatorKinds)[number];
