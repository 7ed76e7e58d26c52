import type { Command } from 'commander';

import type { DefineCommand } from './support/command.js';

export const defineCommand: DefineCommand = (command, run) => {
  command.addHelpText(
    'after',
    `
Examples:
  sudo threat-forwarder service install --now
  threat-forwarder service install --dry-run
  threat-forwarder service install --root /srv/image
  threat-forwarder service print --config /etc/threat-forwarder/forwarder.yaml
  threat-forwarder service status --json`,
  );
  withJson(
    withUnitOptions(
      command
        .command('install')
        .description('Put unit files, system user and folders in place, and enable the service.'),
    ),
  )
    .option('--now', 'also start it')
    .option('--dry-run', 'only say what would be done')
    .addHelpText(
      'after',
      `
Writes threat-forwarder.service and threat-forwarder.socket (systemd holds the listening socket, so that
a restart refuses nobody), makes the user and the folders /etc, /var/lib and /var/log/threat-forwarder.
A configuration that is there is used; else one to begin with is written. It may be run again at any time.

Exit codes: 0 done, 2 usage or configuration, 70 a step failed.`,
    )
    .action(
      run(async (options) => {
        const { installService } = await support();
        return installService(options);
      }),
    );
  withJson(
    withRoot(
      command
        .command('uninstall')
        .description(
          'Stop and disable the service, remove its unit files. Configuration and data stay.',
        ),
    ),
  )
    .option('--dry-run', 'only say what would be done')
    .action(
      run(async (options) => {
        const { uninstallService } = await support();
        return uninstallService(options);
      }),
    );
  withJson(
    withUnitOptions(
      command
        .command('status')
        .description('Show what is installed, whether it fits the configuration, and runs.'),
    ),
  )
    .addHelpText(
      'after',
      '\nExit codes: 0 all well, 1 something is amiss, 2 usage or configuration.',
    )
    .action(
      run(async (options) => {
        const { serviceStatus } = await support();
        return serviceStatus(options);
      }),
    );
  withJson(
    withUnitOptions(command.command('print').description('Print the unit files, change nothing.')),
  ).action(
    run(async (options) => {
      const { printUnits } = await support();
      return printUnits(options);
    }),
  );
};

function support() {
  return import('./support/service-install/run-service-command.js');
}

function withUnitOptions(command: Command): Command {
  return withRoot(command)
    .option(
      '-c, --config <file>',
      'configuration of the service',
      '/etc/threat-forwarder/forwarder.yaml',
    )
    .option('--user <name>', 'system user the service runs as', 'threat-forwarder')
    .option('--no-socket', 'no socket unit: the service opens its address itself');
}

function withRoot(command: Command): Command {
  return command.option('--root <folder>', 'work on an image with this root folder');
}

function withJson(command: Command): Command {
  return command.option('--json', 'print the result as JSON');
}
