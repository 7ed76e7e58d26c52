import picocolors from 'picocolors';

import { exitCodeOf, exitCodes, ServiceError } from '../../../core/index.js';
import type { ExitCode } from '../../../core/index.js';
import type { ServiceStatus } from '../../../service/health/status.js';
import { configOf } from '../config-options.js';
import { formatServiceError } from '../report-error.js';
import { askStatus } from './ask-status.js';
import { configuredStatusUrl, statusUrlOf } from './status-url.js';
import { statusText } from './status-text.js';
import { watch } from './watch.js';

type Options = Readonly<Record<string, unknown>>;

/** Shows what a running service says about itself; resolves to the exit code. */
export async function showStatus(options: Options): Promise<number> {
  const everySeconds = secondsOf(options['watch'] as string | boolean | undefined);
  const url = await urlOf(options);
  const isJson = options['json'] === true;
  if (everySeconds === undefined) {
    const page = await askStatus(url);
    process.stdout.write(isJson ? `${JSON.stringify(page, undefined, 2)}\n` : `${shown(page)}\n`);
    return exitCodeFor(page);
  }
  let exitCode: ExitCode = exitCodes.done;
  await watch({
    output: process.stdout,
    everyMs: everySeconds * 1000,
    redraws: process.stdout.isTTY && !isJson,
    block: async (signal) => {
      try {
        const page = await askStatus(url, signal);
        exitCode = exitCodeFor(page);
        return isJson ? JSON.stringify(page) : `${page.at}\n${shown(page)}\n`;
      } catch (error) {
        // One who watches wants to see it come back.
        if (!(error instanceof ServiceError)) throw error;
        exitCode = exitCodeOf(error);
        const { code, message } = error;
        return isJson ? JSON.stringify({ error: { code, message } }) : formatServiceError(error);
      }
    },
  });
  return exitCode;
}

function exitCodeFor({ state }: ServiceStatus): ExitCode {
  return state === 'ok' ? exitCodes.done : exitCodes.fellShort;
}

function shown(page: ServiceStatus): string {
  // A pipe gets none, whatever else the environment says.
  const isColoured = process.stdout.isTTY && picocolors.isColorSupported;
  return statusText(page, picocolors.createColors(isColoured));
}

async function urlOf(options: Options): Promise<URL> {
  const given = options['url'] as string | undefined;
  return given === undefined ? configuredStatusUrl(await configOf(options)) : statusUrlOf(given);
}

/** Seconds between two looks; undefined: one look only. */
function secondsOf(value: string | boolean | undefined): number | undefined {
  if (value === undefined) return undefined;
  if (value === true) return 2;
  const seconds = Number(value);
  if (Number.isFinite(seconds) && seconds >= 0.1 && seconds <= 3600) return seconds;
  throw new ServiceError('TF_USAGE', `--watch must be seconds, not "${value}"`, {
    hint: 'from 0.1 to 3600, for example --watch 5',
  });
}
