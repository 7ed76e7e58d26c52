import { exitCodeOf, exitCodes, messageOf, ServiceError } from '../../core/index.js';

/**
 * Prints an error for the operator on standard error and gives the exit code it means. With
 * `--json` the fault of an operator also goes to standard output as one object.
 */
export function reportError(error: unknown, wantsJson: boolean): number {
  if (error instanceof ServiceError) {
    process.stderr.write(formatServiceError(error));
    if (wantsJson) {
      const { code, message, where, hint } = error;
      process.stdout.write(`${JSON.stringify({ error: { code, message, where, hint } })}\n`);
    }
    return exitCodeOf(error);
  }
  const stack = error instanceof Error ? error.stack : undefined;
  process.stderr.write(`threat-forwarder: internal error: ${stack ?? messageOf(error)}\n`);
  return exitCodes.internal;
}

/** `threat-forwarder: WHERE: MESSAGE (CODE)` and, on a line of its own, what to do. */
export function formatServiceError(error: ServiceError): string {
  const where = error.where === undefined ? '' : `${error.where}: `;
  const hint = error.hint === undefined ? '' : `  what to do: ${error.hint}\n`;
  return `threat-forwarder: ${where}${error.message} (${error.code})\n${hint}`;
}
