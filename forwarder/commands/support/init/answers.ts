/** A secret, and how the configuration is to hold it. */
export interface HeldSecret {
  readonly text: string;
  /** `env:NAME`, `file:PATH` or `enc:…` as it is written; absent: it is sealed when written. */
  readonly reference?: string;
}

/** A client certificate with its private key that was read and found good. */
export interface Certificate {
  /** The file it was read from. */
  readonly source: string;
  /** What the copy holds: the certificate, its chain, its key; PEM. */
  readonly copyText: string;
  /** `CN=demo`, on one line. */
  readonly subject: string;
  readonly validToMs: number;
  /** Of an encrypted key. */
  readonly passphrase?: HeldSecret;
}

/** One entry of `feeds` that is chosen. */
export type ChosenFeed =
  | { readonly kind: 'demo' }
  /** A path or pattern that starts from the configuration's folder. */
  | { readonly kind: 'files'; readonly path: string }
  | {
      readonly kind: 'url';
      readonly url: string;
      readonly name?: string;
      /** Whether the certificate is shown to the server. */
      readonly usesCertificate: boolean;
    };

export type FeedsAnswer =
  /** The entries of the existing file; `withoutCertificate`: but those that show the certificate. */
  | { readonly kind: 'keep'; readonly count: number; readonly withoutCertificate: boolean }
  | { readonly kind: 'these'; readonly feeds: readonly ChosenFeed[] };

/** What the live check of the collector gave. */
export interface CollectorCheck {
  readonly outcome: 'reachable' | 'unreachable' | 'not_checkable' | 'skipped';
  readonly detail?: string;
}

export interface CollectorAnswer {
  /** With scheme and port: `tcp://192.0.2.10:514`. */
  readonly url: string;
  /** Absolute path of the authorities to trust, of tls://. */
  readonly ca?: string;
  readonly check: CollectorCheck;
}

/** Everything the configuration is written from. */
export interface Answers {
  readonly certificate: Certificate | undefined;
  readonly proxy: HeldSecret | undefined;
  readonly feeds: FeedsAnswer;
  /** `0.0.0.0:9995` */
  readonly listen: string;
  readonly collector: CollectorAnswer;
}
