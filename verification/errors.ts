/**
 * The faults a verification run cannot go on with. The codes are those of the service's own
 * errors, so that a command can pass them on with the same exit code:
 * `TF_USAGE` a bad option, `TF_CONFIG` a bad data file, `TF_LISTEN` the listener's address is
 * taken, `TF_PEER_UNAVAILABLE` the service does not take the connection.
 */
export type VerificationErrorCode = 'TF_USAGE' | 'TF_CONFIG' | 'TF_LISTEN' | 'TF_PEER_UNAVAILABLE';

export interface VerificationErrorDetails {
  /** Where: `file:line`, an address, an option. */
  readonly where: string;
  /** What to do about it, one sentence. */
  readonly hint: string;
  readonly cause?: unknown;
}

/** A fault of the operator or the machine. A verification that fell short is a report, not an error. */
export class VerificationError extends Error {
  override readonly name = 'VerificationError';
  readonly code: VerificationErrorCode;
  readonly where: string;
  readonly hint: string;

  constructor(code: VerificationErrorCode, message: string, details: VerificationErrorDetails) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.where = details.where;
    this.hint = details.hint;
  }
}

/** The text of any thrown value. */
export function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
