/**
 * The faults of talking to the console. The codes are those of the service's own errors, so that a
 * command can pass them on with the same exit code: `TF_USAGE` a bad option, `TF_CONFIG` a wrong token,
 * address or certificate, `TF_CONSOLE` the console refused what was asked (404, 409, 422 …),
 * `TF_PEER_UNAVAILABLE` it does not answer, not in time, or only that it cannot (5xx after all tries).
 */
export type ConsoleErrorCode = 'TF_USAGE' | 'TF_CONFIG' | 'TF_CONSOLE' | 'TF_PEER_UNAVAILABLE';

export interface ConsoleErrorDetails {
  /** Where: an address with its path, an option. Never holds a secret. */
  readonly where: string;
  /** What to do about it, one sentence. */
  readonly hint: string;
  /** HTTP status of the answer, when there was one. */
  readonly status?: number | undefined;
  /** The console's own number of the error (`code` of the answer): 1008 beside 409, say. */
  readonly apiCode?: number | undefined;
  /** Whether trying again later can succeed without anyone's help. */
  readonly retryable?: boolean;
  readonly cause?: unknown;
}

/** What a terminal would take for a command, or what turns the direction of writing. */
const unseen = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]+/g;

/**
 * Why something could not be done on the console. Never holds the token. Its texts may name what the
 * console has (log sources, types, collectors): control characters in them become blanks.
 */
export class ConsoleError extends Error {
  override readonly name = 'ConsoleError';
  readonly code: ConsoleErrorCode;
  readonly where: string;
  readonly hint: string;
  readonly status: number | undefined;
  readonly apiCode: number | undefined;
  readonly retryable: boolean;

  constructor(code: ConsoleErrorCode, message: string, details: ConsoleErrorDetails) {
    super(shown(message), details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.where = shown(details.where);
    this.hint = shown(details.hint);
    this.status = details.status;
    this.apiCode = details.apiCode;
    this.retryable = details.retryable ?? false;
  }
}

function shown(text: string): string {
  return text.replace(unseen, ' ');
}

/** Whether the console answered with this status, and this number of its own when one is named. */
export function isAnswer(error: unknown, status: number, apiCode?: number): error is ConsoleError {
  return (
    error instanceof ConsoleError &&
    error.status === status &&
    (apiCode === undefined || error.apiCode === apiCode)
  );
}
