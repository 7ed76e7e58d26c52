import type { DefineCommand } from '../support/command.js';
import { addConsoleOptions } from '../support/dsm/open-console.js';

export const defineVerify: DefineCommand = (command, run) => {
  addConsoleOptions(
    command
      .command('verify')
      .description('Send test events to JSA and look what JSA shows of their detections.'),
  )
    .option('--syslog <address>', 'the event collector: HOST:PORT, udp://, tcp:// or tls://')
    .option('--feeds <names>', 'feeds that are loaded: names or patterns, comma between')
    .option(
      '-e, --events <pattern>',
      'files with verification events (repeatable)',
      (value: string, before: readonly string[]) => [...before, value],
      [] as readonly string[],
    )
    .option(
      '--expected <file>',
      "expected results (default: the package's verification/expected.json)",
    )
    .option('--url <url>', 'the service, to ask it too (default: as http.listen says)')
    .option('--time-limit <seconds>', 'longest wait for the results, and for one search', '120')
    .option(
      '--send-result',
      'tell the outcome to the collectors (KL_EVALUATION_Verification), and look for it',
    )
    .option('--send-only', 'send the test events, and ask no console')
    .addHelpText(
      'after',
      `
The whole way: the test events go to the event collector as KL_Verification_Tool sends them, JSA forwards
them to the service, its detections come back to JSA, and the console is asked how each is named and
categorised. When something is missing, it says which step of the set-up that must be.

Exit codes: 0 every judged row passed, named and categorised; 1 something is missing or wrong; 2 usage,
configuration, token or certificate; 69 the event collector or the console cannot be reached, or a search
takes too long.

Examples:
  threat-forwarder dsm verify
  threat-forwarder dsm verify --feeds 'Demo_*' --time-limit 300
  threat-forwarder dsm verify --syslog tcp://192.0.2.10:514 --send-result --json`,
    )
    .action(
      run(async (options) => {
        const { verifyInJsa } = await import('../support/dsm/verify/run-verify.js');
        return verifyInJsa(options);
      }),
    );
};
