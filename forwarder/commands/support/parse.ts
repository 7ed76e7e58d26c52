import { Command, CommanderError } from 'commander';

import { exitCodes } from '../../core/index.js';
import type { CommandEntry, DefineCommand } from './command.js';

/** Parses the arguments of one command and runs its action; resolves to the exit code. */
export async function parse(
  entry: CommandEntry,
  defineCommand: DefineCommand,
  args: readonly string[],
): Promise<number> {
  let exitCode: number = exitCodes.done;
  const command = new Command(`threat-forwarder ${entry.name}`)
    .description(`${entry.summary[0]?.toUpperCase() ?? ''}${entry.summary.slice(1)}.`)
    .helpOption('-h, --help', 'show this help')
    .exitOverride()
    .showHelpAfterError(`(threat-forwarder ${entry.name} --help shows all options)`);
  defineCommand(command, (action) => async (...values) => {
    // Commander passes the positional arguments, then the options, then the command itself.
    const options = values.at(-2) as Record<string, unknown>;
    exitCode = await action(options, values.slice(0, -2).flat() as string[]);
  });
  try {
    await command.parseAsync([...args], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
  }
  return exitCode;
}
