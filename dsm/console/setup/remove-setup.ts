import type { ConsoleClient } from '../console-client.js';
import { inspectRemoval } from './inspect-removal.js';
import { reported } from './planned-step.js';
import { runSteps } from './run-steps.js';
import type { DesiredSetup, OnStep, SetupOptions, SetupReport } from './setup.js';

export interface RemoveOptions extends SetupOptions {
  /** Only says what would be removed. */
  readonly isPlan: boolean;
}

/**
 * Takes away what applySetup made, as far as the console lets go of it and nobody else uses it; events
 * stay. An error ends the run as it ends that of applySetup. Throws ConsoleError when the console cannot
 * be read; nothing was removed then.
 */
export async function removeSetup(
  client: ConsoleClient,
  desired: DesiredSetup,
  { isPlan, ...options }: RemoveOptions,
  onStep?: OnStep,
): Promise<SetupReport> {
  const { parts, notes } = await inspectRemoval(client, desired, options);
  if (isPlan) return { steps: parts.flat().map(reported), left: [], notes: [...notes] };
  const result = await runSteps(parts, onStep, options.signal);
  // Doing the steps may have left further notes.
  return { ...result, notes: [...notes] };
}
