import type { DefineCommand } from '../support/command.js';
import { addConfigOptions } from '../support/config-options.js';

export const defineCompile: DefineCommand = (command, run) => {
  addConfigOptions(
    command
      .command('compile')
      .description('Compile all feeds of the configuration into an index file.'),
  )
    .option('--save <name>', 'save it under a name, for feeds load')
    .option('-o, --output <file>', 'the file to write (default: in index.directory)')
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      `
The service does this by itself when a feed has changed. Done beforehand, its next start or reload only
reads the file. What is in use is not touched: the new file takes the old one's place when it is whole.
With --save the index is kept in index.directory/saved, whatever becomes of the feeds.

Exit codes: 0 done, 2 usage, configuration, or a feed that cannot be used (the index the service uses then
has its records of before), 70 the file cannot be written.

Examples:
  threat-forwarder feeds compile
  threat-forwarder feeds compile --save monday
  threat-forwarder feeds compile --config forwarder.yaml --output /tmp/threats.index --json`,
    )
    .action(
      run(async (options) => {
        const { compileFeedsCommand } = await import('../support/feeds/compile.js');
        return compileFeedsCommand(options);
      }),
    );
};

export const defineLoad: DefineCommand = (command, run) => {
  addConfigOptions(
    command
      .command('load')
      .description('Use a saved index instead of the feeds, or go back to them.')
      .argument(
        '[index]',
        'name of a saved index, or an index file (default: list the saved ones)',
      ),
  )
    .option('--release', 'use the configured feeds again')
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      `
The index is read from end to end first; what is not whole is not taken. It is then pinned: starts and
reloads use it, whatever the feeds are, until --release. A running service takes it at its next reload
(SIGHUP).

Exit codes: 0 done, 2 usage or configuration, 70 it is no whole index of this version.

Examples:
  threat-forwarder feeds load
  threat-forwarder feeds load monday
  threat-forwarder feeds load /media/transfer/threats.index
  threat-forwarder feeds load --release`,
    )
    .action(
      run(async (options, args) => {
        const { loadIndex } = await import('../support/feeds/load.js');
        return loadIndex(options, args[0]);
      }),
    );
};

export const defineInfo: DefineCommand = (command, run) => {
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
        const { showIndexFile } = await import('../support/feeds/info.js');
        return showIndexFile(String(args[0]), options['json'] === true);
      }),
    );
};
