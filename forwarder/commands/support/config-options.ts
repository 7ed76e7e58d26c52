import type { Command } from 'commander';

import { loadConfig } from '../../config/index.js';
import type { LoadedConfig } from '../../config/index.js';
import { packageDirectory } from './package.js';

/** Adds the options by which every command that reads the configuration finds it. */
export function addConfigOptions(command: Command): Command {
  return command
    .option('-c, --config <file>', 'configuration file (default: ./forwarder.yaml, else built in)')
    .option(
      '-s, --set <path=value>',
      'override one value, e.g. --set intake.jsa.listen=0.0.0.0:9995 (repeatable)',
      (value: string, before: readonly string[]) => [...before, value],
      [] as readonly string[],
    );
}

/** Loads the configuration those options name. Throws ServiceError TF_CONFIG. */
export function configOf(options: Readonly<Record<string, unknown>>): Promise<LoadedConfig> {
  const file = options['config'] as string | undefined;
  return loadConfig({
    ...(file === undefined ? {} : { file }),
    set: options['set'] as readonly string[],
    env: process.env,
    cwd: process.cwd(),
    packageDirectory: packageDirectory(),
  });
}
