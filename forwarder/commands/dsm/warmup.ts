import type { DefineCommand } from '../support/command.js';
import { addConsoleOptions } from '../support/dsm/open-console.js';

export const defineWarmup: DefineCommand = (command, run) => {
  addConsoleOptions(
    command
      .command('warmup')
      .description('Send samples to JSA until it has found the log sources by itself.'),
  )
    .option('--syslog <address>', 'the event collector: HOST:PORT, udp://, tcp:// or tls://')
    .option('--count <number>', 'samples for a log source that is not there yet, 1 to 500', '40')
    .option('--log-source <which>', 'detections, verification or both', 'both')
    .option('--time-limit <seconds>', 'longest wait for JSA to find them', '120')
    .option('--no-console', 'send only, and ask no console what came of it')
    .addHelpText(
      'after',
      `
JSA makes a log source by itself once about 25 events of one sender were read; after 1000 events without
that it looks no further. Samples are sent for the log sources that are not there yet, slowly, and a few
for those that are, to show that events arrive. All samples are about addresses set apart for
documentation and have the user name SampleUser.

A log source that JSA made has coalescing on: threat-forwarder dsm apply turns it off.

Exit codes: 0 JSA has both log sources and events arrive, 1 not in time, 2 usage, configuration, token or
certificate, 69 the event collector or the console cannot be reached.

Examples:
  threat-forwarder dsm warmup
  threat-forwarder dsm warmup --syslog 192.0.2.10:514 --log-source verification
  threat-forwarder dsm warmup --no-console --count 60`,
    )
    .action(
      run(async (options) => {
        const { warmUp } = await import('../support/dsm/warmup/run-warmup.js');
        return warmUp(options);
      }),
    );
};
