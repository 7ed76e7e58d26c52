import type { DefineCommand } from './support/command.js';
import { addConfigOptions } from './support/config-options.js';

export const defineCommand: DefineCommand = (command, run) => {
  addConfigOptions(
    command.argument('[event...]', 'an event as received (one line); "-" or none: standard input'),
  )
    .option('-f, --file <file>', 'read events from a file, one a line')
    .option(
      '--peer <address>',
      'the address the event came from, for sources chosen by peer',
      '127.0.0.1',
    )
    .option('--json', 'print everything as JSON, one object a line')
    .addHelpText(
      'after',
      `
Shows for each event: how it was read, whether the scanner would have let it go, which source was
chosen, which values its rules found and where, which feed records match, what an allow-list or a limit
held back, and the exact messages. Nothing is sent.

Exit codes: 0 done (with or without a detection), 2 usage, configuration, template, pattern or feed.

Examples:
  threat-forwarder explain 'url=http://fakess123.nu usrName=alice'
  threat-forwarder explain --config forwarder.yaml --file event.json
  tail -n 1 events.ndjson | threat-forwarder explain -`,
    )
    .action(
      run(async (options, args) => {
        const { explainEvents } = await import('./support/explain-events.js');
        return explainEvents(options, args);
      }),
    );
};
