import { configOf } from '../config-options.js';
import { watchInterrupt } from '../interrupt.js';
import { readLookupOptions } from './lookup-options.js';
import { portalFromConfig } from './portal-from-config.js';
import { runRows } from './rows/run-rows.js';
import { runValues } from './run-values.js';

type Given = Readonly<Record<string, unknown>>;

/** Does what `lookup` is asked for; resolves to the exit code. Throws ServiceError. */
export async function runLookup(given: Given, args: readonly string[]): Promise<number> {
  const wanted = readLookupOptions(given, args);
  const loaded = await configOf(given);
  const { maxConcurrent } = loaded.config.lookup;
  const portal = await portalFromConfig(loaded, process.env, {
    cache: wanted.cache,
    portal: wanted.portal,
    dnifConfig: wanted.dnifConfig,
    onWarning: (text) => process.stderr.write(`threat-forwarder: warning: ${text}\n`),
  });
  const interrupt = watchInterrupt();
  try {
    if (wanted.rows !== undefined) {
      return await runRows({ wanted, rows: wanted.rows, portal, maxConcurrent, interrupt });
    }
    const code = await runValues({
      ...{ wanted, portal, maxConcurrent, output: process.stdout, nowMs: Date.now },
      signal: interrupt.signal,
    });
    return interrupt.exitCode ?? code;
  } finally {
    interrupt.close();
    await portal.close();
  }
}
