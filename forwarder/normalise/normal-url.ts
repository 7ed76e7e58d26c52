export interface NormalUrl {
  /** `host/path?query`, without scheme; an IPv6 host stands in brackets. */
  readonly value: string;
  /** The host of `value`: a lower-case name without `www.`, or a canonical address without brackets. */
  readonly host: string;
  /** The host as it stood in the text, without user, port and brackets. */
  readonly hostText: string;
}
