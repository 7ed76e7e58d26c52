import type { Command } from 'commander';

import type { ConsoleClient, ConsoleError, Exchange } from '../../../../dsm/console/index.js';
import type { LoadedConfig } from '../../../config/index.js';
import { ServiceError } from '../../../core/index.js';
import { addConfigOptions, configOf } from '../config-options.js';
import { printable } from '../table.js';
import { consoleSettings } from './console-settings.js';
import { processSurroundings, type ConsoleSurroundings } from './console-surroundings.js';
import { findToken, tokenVariable } from './console-token.js';

/** Adds the options by which every command that talks to the console finds it. */
export function addConsoleOptions(command: Command): Command {
  return addConfigOptions(command)
    .option('--console <url>', 'the console, https://HOST (default: console.url)')
    .option(
      '--token-file <file>',
      `file with the token, - for standard input (default: console.token, else ${tokenVariable}, else it is asked for)`,
    )
    .option('--ca <file>', 'authorities to trust, PEM (default: console.tls.ca)')
    .option(
      '--fingerprint <sha256>',
      "trust the console's certificate with this fingerprint alone (default: console.tls.fingerprint)",
    )
    .option('--api-version <version>', 'version of the REST API, e.g. 20.0 (default: the newest)')
    .option(
      '--timeout <seconds>',
      'how long the console may take for one answer (default: console.timeoutSeconds, 30)',
    )
    .option('--verbose', 'show each request on standard error')
    .option('--json', 'print the result as JSON');
}

/**
 * Opens the console that options and configuration name, lets `work` use it and closes it. `signal` is
 * aborted by SIGINT and SIGTERM, and ends the client's requests by itself. Throws ServiceError; what
 * the client throws is one of those then.
 */
export async function withConsole<T>(
  options: Readonly<Record<string, unknown>>,
  work: (client: ConsoleClient, loaded: LoadedConfig, signal: AbortSignal) => Promise<T>,
  surroundings: ConsoleSurroundings = processSurroundings(),
): Promise<T> {
  const loaded = await configOf(options);
  const { cwd, errorOutput } = surroundings;
  const settings = await consoleSettings(options, loaded, cwd);
  const token = await findToken(
    {
      file: options['tokenFile'] as string | undefined,
      reference: loaded.config.console.token,
      baseDirectory: loaded.baseDirectory,
    },
    surroundings,
  );
  const signal = surroundings.stopSignal();
  const isVerbose = options['verbose'] === true;
  const { ConsoleError, openConsole } = await import('../../../../dsm/console/index.js');
  let client: ConsoleClient | undefined;
  try {
    client = await openConsole({
      ...settings,
      token,
      signal,
      ...(isVerbose
        ? { onExchange: (exchange) => errorOutput.write(`${exchangeText(exchange)}\n`) }
        : {}),
    });
    return await work(client, loaded, signal);
  } catch (error) {
    throw error instanceof ConsoleError ? asServiceError(error) : error;
  } finally {
    await client?.close();
  }
}

/** A fault of the console as one of the program's own: same code, place and hint. */
export function asServiceError(error: ConsoleError): ServiceError {
  const { code, message, where, hint, retryable } = error;
  return new ServiceError(code, message, { where, hint, retryable, cause: error });
}

/** `GET /help/versions 200 34 ms`, and what went wrong. */
export function exchangeText(exchange: Exchange): string {
  const { method, path, status, durationMs, attempt, problem } = exchange;
  const again = attempt === 1 ? '' : ` (try ${attempt})`;
  const why = problem === undefined ? '' : `: ${printable(problem)}`;
  const answer = status ?? 'no answer';
  return `${method} ${printable(path)} ${answer} ${Math.round(durationMs)} ms${again}${why}`;
}
