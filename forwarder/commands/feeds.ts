import type { DefineCommand } from './support/command.js';
import { addConfigOptions } from './support/config-options.js';

export const defineCommand: DefineCommand = (command, run) => {
  command.addHelpText(
    'after',
    `
Examples:
  threat-forwarder feeds compile --config forwarder.yaml
  threat-forwarder feeds info var/index/threats.index`,
  );
  addConfigOptions(
    command
      .command('compile')
      .description('Compile all feeds of the configuration into an index file.'),
  )
    .option('-o, --output <file>', 'the file to write (default: in index.directory)')
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      `
The service does this by itself when a feed has changed. Done beforehand, its next start or reload only
reads the file. What is in use is not touched: the new file takes the old one's place when it is whole.

Exit codes: 0 done, 2 usage, configuration or feed, 70 the file cannot be written.

Examples:
  threat-forwarder feeds compile
  threat-forwarder feeds compile --config forwarder.yaml --output /tmp/threats.index --json`,
    )
    .action(
      run(async (options) => {
        const { compileFeedsCommand } = await import('./support/feeds-compile.js');
        return compileFeedsCommand(options);
      }),
    );
  command
    .command('info')
    .description('Show what an index file says about itself.')
    .argument('<file>', 'an index file')
    .option('--json', 'print all of it as JSON')
    .addHelpText(
      'after',
      `
Exit codes: 0 done, 2 usage, 70 the file cannot be read or is no whole index of this version.

Examples:
  threat-forwarder feeds info var/index/threats.index
  threat-forwarder feeds info --json var/index/threats.index`,
    )
    .action(
      run(async (options, args) => {
        const { showIndexFile } = await import('./support/feeds-info.js');
        return showIndexFile(String(args[0]), options['json'] === true);
      }),
    );
};
