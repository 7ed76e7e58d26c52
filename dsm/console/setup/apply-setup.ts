import type { ConsoleClient } from '../console-client.js';
import { inspectSetup } from './inspect-setup.js';
import { runSteps } from './run-steps.js';
import type { DesiredSetup, OnStep, SetupOptions, SetupReport } from './setup.js';

/**
 * Makes the console know our events: log sources, event names and mappings, properties. What is there
 * as wanted is left alone, so that a second run changes nothing; what is there and is somebody else's
 * stays. Where the answer to a request is lost, the console is asked whether it was carried out. An
 * error ends the run (`stoppedBy`, `left`); the next one goes on where it ended.
 *
 * Throws ConsoleError when the console cannot be read; nothing was changed then.
 */
export async function applySetup(
  client: ConsoleClient,
  desired: DesiredSetup,
  onStep?: OnStep,
  options: SetupOptions = {},
): Promise<SetupReport> {
  const { parts, notes } = await inspectSetup(client, desired, options);
  const result = await runSteps(parts, onStep, options.signal);
  // Doing the steps may have left further notes.
  return { ...result, notes: [...notes] };
}
