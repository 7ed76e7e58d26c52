import type { DefineCommand } from '../support/command.js';
import { addConsoleOptions } from '../support/dsm/open-console.js';

export const defineRemove: DefineCommand = (command, run) => {
  addConsoleOptions(
    command.command('remove').description('Take away from the console what apply made.'),
  )
    .option('-y, --yes', 'do not ask')
    .option('--dry-run', 'only show what would be removed')
    .option('--all', 'show every step, not the first of many')
    .option('--no-deploy', 'do not deploy the changes')
    .addHelpText(
      'after',
      `
Removes the log sources with our identifiers, the custom properties and how they are read where nobody
else uses them, and our own log source type. Event names and mappings stay: JSA cannot delete them, and
they do no harm. The events that JSA has received stay too.

Exit codes: 0 done, 1 not all is done, or you said no, 2 usage, configuration, token or certificate,
69 the console does not answer.

Examples:
  threat-forwarder dsm remove --dry-run
  threat-forwarder dsm remove --yes`,
    )
    .action(
      run(async (options) => {
        const { removeCommand } = await import('../support/dsm/setup-commands.js');
        return removeCommand(options);
      }),
    );
};
