import type { DefineCommand } from './support/command.js';
import { addConfigOptions } from './support/config-options.js';

export const defineCommand: DefineCommand = (command, run) => {
  addConfigOptions(command)
    .option(
      '-u, --url <url>',
      'where its http.listen answers (default: as the configuration says, else http://127.0.0.1:9990)',
    )
    .option('-w, --watch [seconds]', 'show it again and again, until Ctrl-C (default: every 2 s)')
    .option('--json', 'print what the service answers, as JSON')
    .addHelpText(
      'after',
      `
One screen: problems first, each with what to do about it, then intake, index, delivery and the last
status events. It only reads (GET /status); docs/reference/status.md describes every field.

Exit codes: 0 all is well, 1 degraded or not ready, 2 usage or configuration, 69 the service does not
answer.

Examples:
  threat-forwarder status
  threat-forwarder status --config /etc/threat-forwarder/forwarder.yaml --watch
  threat-forwarder status --json | jq .delivery.dropped`,
    )
    .action(
      run(async (options) => {
        const { showStatus } = await import('./support/status/show-status.js');
        return showStatus(options);
      }),
    );
};
