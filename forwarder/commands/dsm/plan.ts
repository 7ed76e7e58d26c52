import type { DefineCommand } from '../support/command.js';
import { addConsoleOptions } from '../support/dsm/open-console.js';
import { addSetupOptions } from '../support/dsm/setup-options.js';

export const definePlan: DefineCommand = (command, run) => {
  addSetupOptions(
    addConsoleOptions(
      command
        .command('plan')
        .description('Show what apply would change on the console. Changes nothing.'),
    ),
  )
    .option('--all', 'show every step, not the first of many')
    .option('--check', 'end with 1 when something would change')
    .option('--no-deploy', 'as apply --no-deploy')
    .addHelpText(
      'after',
      `
Reads what the console has and compares it with what the service needs: log source type, log sources,
auto-detection, event names (QID records) and their mappings, custom properties and how they are read.

  create, change   apply would do this
  keep             it is there, differs, and is somebody else's or the vendor's: it stays

Exit codes: 0 done, 1 --check and something would change, or the console cannot be set up so, 2 usage,
configuration, token or certificate, 69 the console does not answer.

Examples:
  threat-forwarder dsm plan --console https://192.0.2.5 --token-file console-token
  threat-forwarder dsm plan --log-source-type "Universal LEEF" --all
  threat-forwarder dsm plan --check --json`,
    )
    .action(
      run(async (options) => {
        const { planCommand } = await import('../support/dsm/setup-commands.js');
        return planCommand(options);
      }),
    );
};
