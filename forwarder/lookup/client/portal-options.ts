import type { Clock } from '../../core/index.js';

/** Who asks. Never logged, never in a result. */
export interface PortalCredentials {
  /** With `password`: HTTP Basic, which the portal takes together with a certificate. */
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  /** An API token: of the portal in place of password and certificate, of OpenTIP its key. */
  readonly token?: string | undefined;
  /** Path of the client certificate with its key: PEM, or PKCS #12 when its name ends in .pfx or .p12. */
  readonly cert?: string | undefined;
  /** Opens the key of `cert`. */
  readonly passphrase?: string | undefined;
}

export interface PortalOptions {
  readonly portal: 'tip' | 'opentip';
  /** https://HOST, perhaps with a path; when absent, the portal's own. */
  readonly url?: string | undefined;
  readonly credentials: PortalCredentials;
  /** Path of a PEM file: authorities to trust instead of the system's. */
  readonly ca?: string | undefined;
  /** http://HOST:PORT, perhaps with USER:PASSWORD@; `none`; undefined: as the environment says. */
  readonly proxy?: string | undefined;
  /** How long the portal may be silent: to connect, before the answer, within it. */
  readonly timeoutMs: number;
  /** The most that are begun in a second, further tries included. */
  readonly requestsPerSecond: number;
  /** The most that are out at a time. */
  readonly maxConcurrent: number;
  /** The most that are made in a day (UTC); more are answered `quota-exceeded` without asking. */
  readonly requestsPerDay?: number | undefined;
  /** Milliseconds since 1970: of answers, pauses and the day that is counted. */
  readonly clock: Clock;
  /**
   * Where the requests of the day are counted, so that the count outlives the process; no secret is
   * kept there. Where it cannot be written, and when absent, they are counted in memory.
   */
  readonly stateDirectory?: string | undefined;
  /** Ends everything when aborted, as close() does. */
  readonly signal?: AbortSignal | undefined;
  /** The pause before a second try, give or take a half; doubles for the third. Default 1000. */
  readonly retryPauseMs?: number | undefined;
}
