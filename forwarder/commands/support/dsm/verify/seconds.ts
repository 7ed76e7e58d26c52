import { ServiceError } from '../../../../core/index.js';

/** The seconds of an option as milliseconds. Throws ServiceError TF_USAGE that names the option. */
export function secondsOf(value: unknown, option: string): number {
  const seconds = Number(value);
  if (typeof value === 'string' && value.trim() !== '' && seconds > 0 && seconds <= 86_400) {
    return seconds * 1000;
  }
  throw new ServiceError('TF_USAGE', `${option} must be a number of seconds above 0`, {
    hint: `for example ${option} 120`,
  });
}
