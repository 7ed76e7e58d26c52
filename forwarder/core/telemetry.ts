/** A number that only grows. The holder adds to `value` itself: a call would cost the hot path. */
export interface Counter {
  value: number;
}

/** How often values fell into ranges. Counting one is a short search and two additions. */
export interface Histogram {
  /** Takes a value in the unit of the name (`…_seconds`); one that is no number is left out. */
  observe(value: number): void;
}

/** Where a stage gets its counters: the same name and labels give the same counter. */
export interface CounterSource {
  /** `name` is a Prometheus name (`tf_…_total`); labels are few and bounded (kind, reason, feed). */
  counter(name: string, labels?: Readonly<Record<string, string>>): Counter;
}

export type LogFields = Readonly<Record<string, unknown>>;

/** Operator's log. Never a line per event; never a secret. `code` is stable: `feed.loaded`. */
export interface Logger {
  debug(code: string, message: string, fields?: LogFields): void;
  info(code: string, message: string, fields?: LogFields): void;
  warn(code: string, message: string, fields?: LogFields): void;
  error(code: string, message: string, fields?: LogFields): void;
}

/** The present time in milliseconds since 1970. Pure stages get the time as an argument instead. */
export type Clock = () => number;
