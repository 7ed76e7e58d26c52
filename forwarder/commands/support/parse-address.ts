import { messageOf, ServiceError } from '../../core/index.js';
import { parseListen } from '../../config/index.js';
import type { ListenAddress } from '../../config/index.js';

/** The HOST:PORT of an option. Throws ServiceError TF_USAGE that names the option. */
export function parseAddress(text: string, option: string): ListenAddress {
  try {
    return parseListen(text);
  } catch (error) {
    throw new ServiceError('TF_USAGE', `${option} must be HOST:PORT, not "${text}"`, {
      hint: `for example ${option} 127.0.0.1:9995 (${messageOf(error)})`,
      cause: error,
    });
  }
}
