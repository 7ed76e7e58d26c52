import type { DefineCommand } from './support/command.js';

export const defineCommand: DefineCommand = (command, run) => {
  command
    .argument(
      '<files...>',
      'kl_feed_service.conf; kl_feed_info.conf and log_scanner.conf if wanted',
    )
    .option('-o, --output <file>', 'the configuration to write', 'forwarder.yaml')
    .option('--feeds-directory <folder>', 'where the feeds are (default: what Bases says)')
    .option(
      '--tenant <name>',
      'CyberTrace 5: the tenant to take (default: General, else the first)',
    )
    .option('--force', 'write over a file that is there; the old one is kept as FILE.bak')
    .option(
      '--report <file>',
      'write the report into a file too; as JSON if its name ends in .json',
    )
    .option('--json', 'print the report as JSON')
    .addHelpText(
      'after',
      `
Says of every setting what became of it: taken over, changed (and why), not needed, not supported (and
what to do). A kl_feed_info.conf beside the file is read by itself. log_scanner.conf is not imported:
"threat-forwarder scan -c" reads it. docs/guides/move-from-cybertrace.md goes through it step by step.

Exit codes: 0 all taken over, changed or not needed, 1 something is not supported, 2 bad file or usage.

Examples:
  threat-forwarder import /opt/kaspersky/ktfs/etc/kl_feed_service.conf
  threat-forwarder import kl_feed_service.conf kl_feed_info.conf --feeds-directory feeds --report report.txt
  threat-forwarder run --config kl_feed_service.conf   (takes it as it is, imported in memory)`,
    )
    .action(
      run(async (options, files) => {
        const { importConfig } = await import('./support/import/import-config.js');
        return importConfig(options, files);
      }),
    );
};
