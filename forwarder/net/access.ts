/** How to reach a server: certificates, proxy, who asks. Never logged. */
export interface Access {
  readonly auth?:
    | { readonly username: string; readonly password: string }
    | { readonly token: string }
    | undefined;
  /**
   * Paths of PEM files; the key may stand in the file of the certificate. Instead of both: `pfx`, a
   * file of PKCS #12 (.p12, .pfx); the authorities in it are trusted too. `passphrase` opens either.
   */
  readonly tls?:
    | {
        readonly ca?: string | undefined;
        readonly cert?: string | undefined;
        readonly key?: string | undefined;
        readonly pfx?: string | undefined;
        readonly passphrase?: string | undefined;
      }
    | undefined;
  /** `none` = no proxy; undefined = HTTPS_PROXY, HTTP_PROXY and NO_PROXY of the environment. */
  readonly proxy?: string | undefined;
  /** How long the server may say nothing: to connect, before the answer, within it. */
  readonly timeoutMs: number;
  /** The most that is fetched, in bytes as they are written to the file. */
  readonly maxBytes: number;
  /** The pause before a second attempt within one fetch; doubles for the third. Default 1000. */
  readonly retryPauseMs?: number | undefined;
}
