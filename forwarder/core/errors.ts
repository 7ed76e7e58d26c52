/**
 * Every error the service raises for the operator carries one of these codes, so that scripts can
 * tell them apart and the documentation can list them.
 */
export const errorCodes = [
  'TF_USAGE',
  'TF_CONFIG',
  'TF_TEMPLATE',
  'TF_PATTERN',
  'TF_FEED',
  'TF_INDEX',
  'TF_LISTEN',
  'TF_COLLECTOR',
  'TF_SPOOL',
  'TF_CONSOLE',
  'TF_PEER_UNAVAILABLE',
  'TF_INTERNAL',
] as const;

export type ErrorCode = (typeof errorCodes)[number];

/** Process exit codes; the contract is docs/reference/commands.md. */
export const exitCodes = {
  done: 0,
  fellShort: 1,
  usage: 2,
  unavailable: 69,
  internal: 70,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

export interface ServiceErrorDetails {
  /** Where: `file:line`, a configuration path, a collector's URL. */
  readonly where?: string;
  /** What to do about it, one sentence. */
  readonly hint?: string;
  /** Whether trying again later can succeed without anyone's help. */
  readonly retryable?: boolean;
  readonly cause?: unknown;
}

/** A fault of the operator or the machine, with a code, a place and what to do. Never holds a secret. */
export class ServiceError extends Error {
  override readonly name: string = 'ServiceError';
  readonly code: ErrorCode;
  readonly where: string | undefined;
  readonly hint: string | undefined;
  readonly retryable: boolean;

  constructor(code: ErrorCode, message: string, details: ServiceErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.where = details.where;
    this.hint = details.hint;
    this.retryable = details.retryable ?? false;
  }
}

/** The exit code that a command ends with when this error reaches it. */
export function exitCodeOf(error: unknown): ExitCode {
  if (!(error instanceof ServiceError)) return exitCodes.internal;
  switch (error.code) {
    case 'TF_USAGE':
    case 'TF_CONFIG':
    case 'TF_TEMPLATE':
    case 'TF_PATTERN':
    case 'TF_FEED':
      return exitCodes.usage;
    // The console refused: what was asked of it is not, or not wholly, done.
    case 'TF_CONSOLE':
      return exitCodes.fellShort;
    case 'TF_LISTEN':
    case 'TF_COLLECTOR':
    case 'TF_SPOOL':
    case 'TF_PEER_UNAVAILABLE':
      return exitCodes.unavailable;
    case 'TF_INDEX':
    case 'TF_INTERNAL':
      return exitCodes.internal;
    default:
      return error.code satisfies never;
  }
}

/** The text of any thrown value, for a log line. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
