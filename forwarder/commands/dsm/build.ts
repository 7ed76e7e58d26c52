import type { DefineCommand } from '../support/command.js';
import { addConfigOptions } from '../support/config-options.js';

export const defineBuild: DefineCommand = (command, run) => {
  addConfigOptions(
    command
      .command('build')
      .description("Write the files that teach JSA the service's events, for an administrator."),
  )
    .requiredOption('-o, --output <folder>', 'where to; made when it is not there')
    .option('--check', 'write nothing: compare the folder with what would be written')
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      `
The files hold the values of the configuration: the identifier, the address JSA forwards to, the first
collector, the events of the site's own feeds. Begin with README.md among them. Only these files are
written, each whole or not at all; whatever else is in the folder stays.

With --check a file is: missing; differs; left over (from an earlier build, not made any more).

Exit codes: 0 written, or with --check all the same; 1 with --check something differs; 2 usage,
configuration, feed, or a folder that cannot be written.

Examples:
  threat-forwarder dsm build --output dsm-files
  threat-forwarder dsm build --output dsm-files --check
  threat-forwarder dsm build -c /etc/threat-forwarder/forwarder.yaml --output dsm-files --json`,
    )
    .action(
      run(async (options) => {
        const { buildDsm } = await import('../support/dsm/build.js');
        return buildDsm(options);
      }),
    );
};
