/**
 * A console of JSA (QRadar) for the tests. It is a test double: written from the published description
 * of the REST API, not from a console, and it proves nothing about a real one.
 */
export interface TestConsoleOptions {
  /** Whether the vendor's log source type, Kaspersky CyberTrace, is there. Default: no. */
  readonly hasVendorType?: boolean;
  /** Whether the log source extension of our content extension was installed. Default: no. */
  readonly hasOwnExtension?: boolean;
  /** API versions it speaks, oldest first. */
  readonly versions?: readonly string[];
  /** Its certificate ran out yesterday. */
  readonly isCertificateExpired?: boolean;
  /** How long each Ariel search takes; default 0. */
  readonly searchDelayMs?: number;
  /** Event collectors by name; default: one. */
  readonly eventCollectors?: readonly string[];
  /** How long a deployment takes; default 20. Until its end, log sources stay as they were. */
  readonly deployMs?: number;
  /** Ports on loopback; default: free ones. */
  readonly port?: number;
  readonly syslogPort?: number;
}

/** What the next matching requests get instead of an answer. */
export interface ConsoleFault {
  readonly method?: string;
  /** Of the path behind /api. */
  readonly path: RegExp;
  /** How many requests; default 1. */
  readonly times?: number;
  /** How many matching requests are served before; default 0. */
  readonly after?: number;
  readonly what:
    | {
        readonly kind: 'answer';
        readonly status: number;
        readonly code?: number;
        readonly message?: string;
      }
    /** The connection is cut; `isServed`: after the request was carried out, so that only the answer is missing. */
    | { readonly kind: 'cut'; readonly isServed?: boolean }
    /** Nothing comes for so long, then the usual answer. */
    | { readonly kind: 'delay'; readonly ms: number };
}

/** A request as it was received. */
export interface ConsoleRequest {
  readonly method: string;
  /** Behind /api, without the query. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body: unknown;
  /** 0 when the connection was cut before the request was carried out. */
  readonly status: number;
}

/** An event as the console keeps it, after its log source parsed it. */
export interface StoredEvent {
  readonly receivedAtMs: number;
  readonly payload: string;
  /** Of the syslog header; else the sender's address. */
  readonly identifier: string;
  readonly logSourceName: string;
  readonly logSourceTypeName: string;
  /**
   * Name of the QID record; `Unknown` when parsed and not mapped, `Stored` when its log source could
   * not parse it, `Unknown Log Event` when there is no log source for it yet.
   */
  readonly eventName: string;
  readonly categoryName: string;
  readonly severity: number;
  readonly isUnparsed: boolean;
  /** Events it stands for: above 1 when coalescing merged others into it. */
  readonly eventCount: number;
  readonly attributes: Readonly<Record<string, string>>;
}

/** Where a routing rule sends events. */
export interface RoutingRule {
  readonly host: string;
  readonly port: number;
  readonly format: 'json' | 'payload';
  /** Log source identifiers; undefined: "Match all incoming events", the loop everybody warns of. */
  readonly identifiers?: readonly string[];
}

export interface TestConsole {
  /** `https://127.0.0.1:PORT`. */
  readonly url: string;
  /** The one token it takes. */
  readonly token: string;
  /** PEM file of the authority that signed its certificate. */
  readonly caFile: string;
  /** SHA-256 of its certificate: hex digits with colons. */
  readonly fingerprint: string;
  /** Where it takes syslog, TCP and UDP on the same port. */
  readonly syslog: { readonly host: string; readonly port: number };
  /** All requests, in order. Those refused for a wrong token too; the token itself is not kept. */
  readonly requests: readonly ConsoleRequest[];
  readonly events: readonly StoredEvent[];
  /** Changing requests (POST, PATCH, DELETE) that succeeded, Ariel's left aside. */
  readonly changes: number;
  /** Everything that was set up, as plain data, without ids and times: two equal setups are equal. */
  snapshot(): unknown;
  /** Makes the log source an administrator would make by hand. */
  addLogSource(source: {
    readonly name: string;
    readonly identifier: string;
    readonly typeName: string;
    readonly coalesceEvents?: boolean;
  }): void;
  fail(fault: ConsoleFault): void;
  /** Sets the routing rule; undefined takes it away. */
  forward(rule: RoutingRule | undefined): void;
  close(): Promise<void>;
}
