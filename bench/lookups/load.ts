import type { LatencyFigures } from '../latencies.js';
import type { RequestSet } from './requests.js';

/**
 * How requests follow each other. closed: on each connection the next one as soon as the reply to the
 * one before has come. open: at an even rate, whatever the replies do. kept: closed too, but the
 * connections stay open, and a window of requests is on its way on each.
 */
export type LoadKind = 'closed' | 'open' | 'kept';

/** What the client is asked to do. */
export interface Load {
  readonly kind: LoadKind;
  /** TCP port of the loopback interface where the program listens. */
  readonly port: number;
  /** Connections at a time, at most. */
  readonly connections: number;
  /** open: requests per second. */
  readonly rate: number;
  /** kept: requests on their way on each connection. */
  readonly window: number;
  /** Whether the program closes each connection behind its reply; else the client does. */
  readonly programCloses: boolean;
  /** For so long, or until so many requests have been sent, whichever is first. */
  readonly seconds: number;
  readonly mostRequests: number;
  /** How long replies are waited for after the end. */
  readonly patienceMs: number;
  /** Whether the program looks anything up; one that does not must never detect. */
  readonly detects: boolean;
  /** Addresses the connections come from, by turns; empty: as the system chooses. */
  readonly addresses: readonly string[];
}

/** What the client saw. */
export interface LoadFigures {
  readonly requests: number;
  /** Replies that came whole. */
  readonly answered: number;
  readonly perSecond: number;
  /** Requests whose connection failed or ended before LookupFinished. */
  readonly broken: number;
  /** Requests that were not answered, or could not even be sent, until patience had its end. */
  readonly unanswered: number;
  /** Requests with a listed value. */
  readonly expected: number;
  /** Of them, those whose reply named it. */
  readonly found: number;
  /** Of them, those whose reply named nothing. */
  readonly missed: number;
  /** Replies with another detection than the one expected, or with one where none was. */
  readonly wrong: number;
  /** What went wrong with connections, by the error's code. */
  readonly errors: Readonly<Record<string, number>>;
  /** From the connect (open: from when it was due; kept: from the write) to the reply's last byte. */
  readonly latencyMs: LatencyFigures;
  /** open: how much later than due requests began, because the client or all connections were busy. */
  readonly latenessMs: LatencyFigures;
  /** CPU seconds of the client. */
  readonly clientCpuSeconds: number;
}

/** Requests that got no reply, or not the right one. */
export function lostOf({ broken, unanswered, missed, wrong }: LoadFigures): number {
  return broken + unanswered + missed + wrong;
}

/** What goes to the client's process, and what comes back. */
export type ClientCall =
  | { readonly kind: 'prepare'; readonly set: RequestSet }
  | { readonly kind: 'run'; readonly load: Load };
export type ClientAnswer =
  { readonly kind: 'prepared' } | { readonly kind: 'done'; readonly figures: LoadFigures };
