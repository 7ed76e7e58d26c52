import type { DefineCommand } from '../support/command.js';
import { addConsoleOptions } from '../support/dsm/open-console.js';

export const defineDoctor: DefineCommand = (command, run) => {
  addConsoleOptions(
    command
      .command('doctor')
      .description('Look for everything that is known to go wrong between the service and JSA.'),
  )
    .option('--syslog <address>', 'the event collector: HOST:PORT, udp://, tcp:// or tls://')
    .option('--time-limit <seconds>', 'longest wait for one search', '60')
    .addHelpText(
      'after',
      `
Reads the configuration, the console and the events of the last 24 hours; changes nothing, sends nothing.
✓ all is well, ! worth a look or could not be looked at, ✗ must be put right.

Exit codes: 0 nothing must be put right, 1 something must, 2 usage, configuration, token or certificate,
69 the console cannot be reached.

Examples:
  threat-forwarder dsm doctor
  threat-forwarder dsm doctor --console https://192.0.2.5 --json`,
    )
    .action(
      run(async (options) => {
        const { diagnose } = await import('../support/dsm/doctor/run-doctor.js');
        return diagnose(options);
      }),
    );
};
