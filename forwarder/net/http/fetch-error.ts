import { ServiceError, type ErrorCode, type ServiceErrorDetails } from '../../core/index.js';

export interface FetchErrorDetails extends ServiceErrorDetails {
  /** How long the server asked to be left alone. */
  readonly retryAfterMs?: number | undefined;
  /** Whether a second attempt within the same fetch has a chance. */
  readonly isPassing?: boolean;
}

/** Why a fetch failed. */
export class FetchError extends ServiceError {
  override readonly name = 'FetchError';
  readonly retryAfterMs: number | undefined;
  readonly isPassing: boolean;

  constructor(code: ErrorCode, message: string, details: FetchErrorDetails) {
    super(code, message, details);
    this.retryAfterMs = details.retryAfterMs;
    this.isPassing = details.isPassing ?? false;
  }
}
