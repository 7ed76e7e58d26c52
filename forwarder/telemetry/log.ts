import { pino } from 'pino';
import type { DestinationStream } from 'pino';

import type { LogFields, Logger } from '../core/index.js';

export const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

export interface LoggerOptions {
  readonly level: LogLevel;
  /** JSON lines for machines; `pretty` for a person at a terminal. */
  readonly format: 'json' | 'pretty';
  /** Where lines go; standard error when absent, because standard output carries messages. */
  readonly destination?: DestinationStream;
  /** Gets every line too, as JSON, whatever the format is. */
  readonly file?: DestinationStream | undefined;
}

/** Field names whose values are never written, at any depth a field of ours has. */
const secretFields = ['password', 'passphrase', 'token', 'key', 'secret', 'authorization'];

/** Makes the operator's log: one JSON object a line with `time`, `level`, `code`, `msg` and fields. */
export async function createLogger(options: LoggerOptions): Promise<Logger> {
  const shown = options.destination ?? (await standardError(options.format));
  const { file } = options;
  const destination: DestinationStream =
    file === undefined
      ? shown
      : {
          write(line) {
            shown.write(line);
            file.write(line);
          },
        };
  const log = pino(
    {
      level: options.level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: secretFields.flatMap((name) => [name, `*.${name}`]), censor: '(hidden)' },
    },
    destination,
  );
  return {
    debug: (code, message, fields) => {
      log.debug(withCode(code, fields), message);
    },
    info: (code, message, fields) => {
      log.info(withCode(code, fields), message);
    },
    warn: (code, message, fields) => {
      log.warn(withCode(code, fields), message);
    },
    error: (code, message, fields) => {
      log.error(withCode(code, fields), message);
    },
  };
}

function withCode(code: string, fields: LogFields | undefined): object {
  return { code, ...fields };
}

async function standardError(format: LoggerOptions['format']): Promise<DestinationStream> {
  const descriptor = 2;
  if (format === 'json') return pino.destination({ dest: descriptor, sync: true });
  const { default: pretty } = await import('pino-pretty');
  return pretty({
    destination: descriptor,
    sync: true,
    colorize: process.stderr.isTTY && process.env['NO_COLOR'] === undefined,
    translateTime: 'SYS:HH:MM:ss',
    ignore: 'code',
    singleLine: true,
  });
}

/** A log that writes nothing, for commands that print their own report. */
export const silentLogger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
