import type { LookupKind } from '../../forwarder/lookup/lookup-object.js';

/**
 * A Threat Intelligence Portal for the tests. It is a test double: written from the published pages
 * about the API of the portal and of OpenTIP, not from a portal, and it proves nothing about a real one.
 */
export interface TestPortalOptions {
  /** It is OpenTIP: `/api/v1/search/…`, `x-api-key`, no sections, no LicenseInfo. Default: no. */
  readonly openTip?: boolean;
  /** Requests a day; the next one gets 403. Default: 100,000. */
  readonly quota?: number;
  /** How long each answer takes; default 0. */
  readonly delayMs?: number;
  /** Tokens it takes, as `Authorization: Bearer` or `x-api-key`; default: one, in `credentials`. */
  readonly tokens?: readonly string[];
  /** Its certificate ran out yesterday. */
  readonly isCertificateExpired?: boolean;
  /**
   * What happens without a client certificate of its authority. `tls`: the handshake fails, with a
   * token too; by an alert without one, by a cut with one of another authority (Node.js sends no alert
   * then). `401`: name and password get 401, a token is enough by itself. `none`: nobody asks for one.
   * Default: `401`; OpenTIP: `none`.
   */
  readonly demandsCertificate?: 'tls' | '401' | 'none';
  /** Port on loopback; default: a free one. */
  readonly port?: number;
}

/** Where in an answer it happens. */
export type FaultPlace = 'before-headers' | 'after-headers' | 'in-body';

/** What the next matching requests get instead of an answer. Of several faults the one asked for first. */
export interface PortalFault {
  /** Of the decoded path, or of the decoded path with its query (OpenTIP's value is there). Default: all. */
  readonly path?: RegExp;
  /** How many requests; default 1. */
  readonly times?: number;
  /** How many matching requests are served before; default 0. */
  readonly after?: number;
  readonly what:
    | {
        readonly kind: 'answer';
        readonly status: number;
        /** Seconds or an HTTP date. */
        readonly retryAfter?: number | string;
        /** Sent as it is, JSON or not; default: a short JSON text. */
        readonly body?: string;
        /** Length of a valid JSON body made up on the way, sent without Content-Length; instead of `body`. */
        readonly bodyBytes?: number;
        /** Default: `application/json`. */
        readonly contentType?: string;
      }
    /** The connection is cut; default: before the headers. */
    | { readonly kind: 'cut'; readonly where?: FaultPlace }
    /** Nothing more comes, and the connection stays; default: before the headers. */
    | { readonly kind: 'silence'; readonly where?: FaultPlace }
    /** Nothing comes for so long, then the usual answer. */
    | { readonly kind: 'delay'; readonly ms: number }
    | { readonly kind: 'redirect'; readonly to: string; readonly status?: number };
}

/** A request as it was received. No password and no token is kept. */
export interface PortalRequest {
  readonly method: string;
  /** As it came, without the query. */
  readonly rawPath: string;
  /** Percent-decoded; as it came where that is impossible. */
  readonly path: string;
  /** As it came, without the question mark. */
  readonly rawQuery: string;
  readonly query: Readonly<Record<string, string>>;
  /** What was asked about; undefined when the path is none of the API. */
  readonly kind: LookupKind | undefined;
  /** Decoded. */
  readonly value: string | undefined;
  /** Whether the value came percent-encoded, so that it was one segment of the path or one parameter. */
  readonly isEncoded: boolean;
  /** What the credentials that were right are; undefined when there were none, or wrong ones. */
  readonly authorisedBy: 'basic' | 'token' | undefined;
  /** Common name of the client certificate, of whatever authority. */
  readonly certificateName: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly receivedAtMs: number;
  /** Of the answer; undefined as long as there is none, 0 when there will be none. */
  readonly status: number | undefined;
}

/** A client's certificate and key, as files. */
export interface ClientCertificate {
  /** PEM: certificate and key. */
  readonly pemFile: string;
  /** PEM: certificate and key, the key encrypted with the passphrase. */
  readonly encryptedPemFile: string;
  /** PKCS #12, encrypted with the passphrase. */
  readonly p12File: string;
  readonly passphrase: string;
  /** Its common name. */
  readonly name: string;
}

export interface TestPortal {
  /** `https://127.0.0.1:PORT`, without a path. */
  readonly url: string;
  readonly credentials: {
    readonly username: string;
    readonly password: string;
    /** One of the tokens it takes. */
    readonly token: string;
  };
  /** PEM file of the authority that signed its certificate. */
  readonly caFile: string;
  readonly clientCert: ClientCertificate;
  /** Of an authority it does not know. */
  readonly wrongClientCert: ClientCertificate;
  /** All requests, in the order they came. Those refused too. */
  readonly requests: readonly PortalRequest[];
  /** Requests that wait for their answer, and the most there were at a time. */
  readonly inFlight: { readonly now: number; readonly most: number };
  /** Connections whose handshake succeeded. */
  readonly connections: number;
  /** Requests that counted against the quota. */
  readonly dayRequests: number;
  /**
   * The whole reply it gives for a value; undefined where it has nothing (404). LicenseInfo as of the
   * last counted request.
   */
  replyFor(kind: LookupKind, value: string): Readonly<Record<string, unknown>> | undefined;
  fail(fault: PortalFault): void;
  close(): Promise<void>;
}
