import type { ConsoleClient } from '../console-client.js';
import { inspectSetup } from './inspect-setup.js';
import { reported } from './planned-step.js';
import type { DesiredSetup, SetupOptions, SetupReport } from './setup.js';

/** Says what applySetup would do. Changes nothing. Throws ConsoleError. */
export async function planSetup(
  client: ConsoleClient,
  desired: DesiredSetup,
  options: SetupOptions = {},
): Promise<SetupReport> {
  const { parts, notes } = await inspectSetup(client, desired, options);
  return { steps: parts.flat().map(reported), left: [], notes: [...notes] };
}
