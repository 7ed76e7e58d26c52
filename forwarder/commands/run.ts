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
  SIGTERM, SIGINT   stop: what was received is finished and sent, within 10 s
  SIGHUP            read configuration and feeds again; bad ones are refused and the old ones stay

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
