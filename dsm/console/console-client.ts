/** Parameters of a query; undefined ones are left out. Values are percent-encoded by the client. */
export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

export interface ListQuery {
  /** `name="Botnet Address"`; see filterText() for values. */
  readonly filter?: string;
  readonly fields?: string;
  readonly sort?: string;
}

export interface Sending {
  readonly query?: Query;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What the console is. */
export interface ConsoleFacts {
  /** As it may be shown: `https://192.0.2.5`. */
  readonly address: string;
  /** Version of the REST API that is spoken: `20.0`. */
  readonly apiVersion: string;
  /** Of the product, as /system/about tells it; undefined when it does not. */
  readonly release: string | undefined;
  /** The console's clock less ours, milliseconds, from the Date header (whole seconds). */
  readonly clockOffsetMs: number | undefined;
  /** The certificate it showed. */
  readonly certificate:
    | { readonly fingerprint: string; readonly validTo: string; readonly subject: string }
    | undefined;
}

/**
 * Talks to the REST API of one console. Paths start behind `/api`: `/config/event_sources/…`. Answers
 * that are no success, silence and broken connections are tried again where that is safe, then thrown
 * as ConsoleError. Nothing here knows what the resources mean.
 */
export interface ConsoleClient {
  readonly facts: ConsoleFacts;
  get<T>(path: string, query?: Query, headers?: Readonly<Record<string, string>>): Promise<T>;
  /** A list, whole: asked for in pages by Range. */
  list<T>(path: string, query?: ListQuery): Promise<readonly T[]>;
  post<T>(path: string, sending?: Sending): Promise<T>;
  delete(path: string): Promise<void>;
  /** Ends the connections. */
  close(): Promise<void>;
}

/** One exchange with the console, for a log. Never holds the token, nor a body. */
export interface Exchange {
  readonly method: string;
  readonly path: string;
  /** HTTP status; undefined when no answer came. */
  readonly status: number | undefined;
  readonly durationMs: number;
  /** From 1. */
  readonly attempt: number;
  readonly problem?: string;
}

/** A text as it stands in a filter: `filterText('a"b')` → `"a\"b"`. */
export function filterText(value: string): string {
  return `"${value.replace(/[\\"]/g, '\\$&')}"`;
}
