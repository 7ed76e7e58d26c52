import type { DefineCommand } from './support/command.js';
import { addConfigOptions } from './support/config-options.js';

export const defineCommand: DefineCommand = (command, run) => {
  addConfigOptions(command)
    .option('--no-collectors', 'do not try to reach the collectors')
    .option('--no-feeds', 'do not read the feeds, which may take long')
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      `
Goes through what "run" does before it listens: configuration, templates, patterns, enrichment, feeds. What is
bad for one is bad for the other. Then it tries to connect to every collector.

Exit codes: 0 all well, 2 configuration, template, pattern or feed is bad, 69 a collector cannot be
reached (run starts all the same, and waits for it).

Examples:
  threat-forwarder check
  threat-forwarder check --config forwarder.yaml --json`,
    )
    .action(
      run(async (options) => {
        const { checkAll } = await import('./support/check-all.js');
        return checkAll(options);
      }),
    );
};
