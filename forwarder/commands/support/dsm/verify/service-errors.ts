import { ServiceError } from '../../../../core/index.js';
import { VerificationError } from '../../../../../verification/errors.js';

/** The verification knows nothing of the service's errors; their codes mean the same. */
export async function withServiceErrors<Value>(work: () => Value | Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof VerificationError)) throw error;
    const { code, message, where, hint } = error;
    throw new ServiceError(code, message, { where, hint, cause: error });
  }
}
