import type { DefineCommand } from '../support/command.js';
import { addConsoleOptions } from '../support/dsm/open-console.js';
import { addSetupOptions } from '../support/dsm/setup-options.js';

export const defineApply: DefineCommand = (command, run) => {
  addSetupOptions(
    addConsoleOptions(
      command.command('apply').description('Set the console up for the events of the service.'),
    ),
  )
    .option('-y, --yes', 'do not ask')
    .option('--all', 'show every step, not the first of many')
    .option('--no-deploy', 'do not deploy the changes: log sources wait until somebody does')
    .addHelpText(
      'after',
      `
Makes what is missing and changes what differs, and nothing else: a second run changes nothing. What is
somebody else's stays. On a terminal it shows the plan and asks first.

Where the connection breaks or the console says no, it stops and says what is left; run again, it goes on
there. What needs a person (forwarding destination, routing rule) is in docs/guides/connect-jsa.md.

Exit codes: 0 done, 1 not all is done, or you said no, 2 usage, configuration, token or certificate,
69 the console does not answer.

Examples:
  threat-forwarder dsm apply --console https://192.0.2.5 --token-file console-token
  threat-forwarder dsm apply --yes --no-deploy
  threat-forwarder dsm apply --log-source-type "Kaspersky CyberTrace" --event-collector "ec0 :: jsa"`,
    )
    .action(
      run(async (options) => {
        const { applyCommand } = await import('../support/dsm/setup-commands.js');
        return applyCommand(options);
      }),
    );
};
