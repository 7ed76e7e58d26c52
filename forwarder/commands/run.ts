import type { DefineCommand } from './support/command.js';
import { addConfigOptions } from './support/config-options.js';

export const defineCommand: DefineCommand = (command, run) => {
  addConfigOptions(command)
    .addHelpText(
      'after',
      `
Without a configuration file the service listens on 127.0.0.1:9995, loads the demo feeds and writes
its messages to standard output. Its log and hints go to standard error.

Signals:
  SIGTERM, SIGINT   stop: what was received is finished and sent, within service.stopSeconds (10);
                    a second one ends it at once, exit code 143 or 130
  SIGHUP            read configuration and feeds again, open the log file anew; what is bad is refused
                    and the old stays

Examples:
  threat-forwarder run
  threat-forwarder run --config /etc/threat-forwarder/forwarder.yaml
  threat-forwarder run --set delivery.collectors=tcp://192.0.2.10:514 --set log.level=debug`,
    )
    .action(
      run(async (options) => {
        const { runService } = await import('./support/run-service.js');
        return runService(options);
      }),
    );
};
