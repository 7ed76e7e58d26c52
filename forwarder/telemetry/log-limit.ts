import type { LogFields, Logger } from '../core/index.js';

type Level = keyof Logger;

/** How many lines of one cause a minute may bring, by level. */
const linesPerMinute: Readonly<Record<Level, number>> = {
  debug: 600,
  info: 60,
  warn: 10,
  error: 10,
};
const minuteMs = 60_000;
/** So many causes are told apart at a time; more can only be a fault, and share one. */
const mostCauses = 1_000;
/** Fields whose values are few, being configured: the same fault of two feeds is two causes. */
const causeFields = [
  'feed',
  'collector',
  'listener',
  'directory',
  'field',
  'outcome',
  'enricher',
] as const;

interface Cause {
  minuteStartMs: number;
  lines: number;
  heldBack: number;
}

/**
 * Lets at most 10 warnings or errors a minute of one cause into the log (60 at info, 600 at debug), so
 * that no sender can fill the disk by it. A cause is the code of the line with the feed, collector or
 * other configured thing it names. What was held back is said with the next line, as `heldBack`.
 * `now` gives milliseconds of a clock that only goes forward.
 */
export function limitLog(logger: Logger, now: () => number = () => performance.now()): Logger {
  const causes = new Map<string, Cause>();

  const write = (level: Level, code: string, message: string, fields?: LogFields): void => {
    const cause = causeOf(`${level} ${code}${causeText(fields)}`);
    if (cause.lines >= linesPerMinute[level]) {
      cause.heldBack += 1;
      return;
    }
    cause.lines += 1;
    const { heldBack } = cause;
    cause.heldBack = 0;
    logger[level](code, message, heldBack === 0 ? fields : { ...fields, heldBack });
  };

  const causeOf = (key: string): Cause => {
    const nowMs = now();
    let cause = causes.get(key);
    if (cause === undefined) {
      if (causes.size >= mostCauses) forgetQuiet(nowMs);
      if (causes.size >= mostCauses && key !== 'others') return causeOf('others');
      cause = { minuteStartMs: nowMs, lines: 0, heldBack: 0 };
      causes.set(key, cause);
    } else if (nowMs - cause.minuteStartMs >= minuteMs) {
      cause.minuteStartMs = nowMs;
      cause.lines = 0;
    }
    return cause;
  };

  const forgetQuiet = (nowMs: number): void => {
    for (const [key, { minuteStartMs, heldBack }] of causes) {
      if (heldBack === 0 && nowMs - minuteStartMs >= minuteMs) causes.delete(key);
    }
  };

  return {
    debug: (code, message, fields) => {
      write('debug', code, message, fields);
    },
    info: (code, message, fields) => {
      write('info', code, message, fields);
    },
    warn: (code, message, fields) => {
      write('warn', code, message, fields);
    },
    error: (code, message, fields) => {
      write('error', code, message, fields);
    },
  };
}

function causeText(fields: LogFields | undefined): string {
  if (fields === undefined) return '';
  let text = '';
  for (const name of causeFields) {
    const value = fields[name];
    if (typeof value === 'string' || typeof value === 'number') text += ` ${value}`;
  }
  return text;
}
