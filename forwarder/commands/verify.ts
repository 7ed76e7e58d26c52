import type { DefineCommand } from './support/command.js';
import { addConfigOptions } from './support/config-options.js';

export const defineCommand: DefineCommand = (command, run) => {
  addConfigOptions(command)
    .option(
      '--loopback',
      'start a service of its own with the configuration, and play JSA around it',
    )
    .option('--service <host:port>', 'play JSA around this running service')
    .option(
      '--listen <url>',
      'where that service sends its messages: udp:// tcp:// or tls://HOST:PORT',
    )
    .option('--tls-cert <file>', 'certificate for --listen tls://, in PEM')
    .option('--tls-key <file>', 'its key, in PEM')
    .option(
      '-e, --events <pattern>',
      "files with verification events, e.g. --events 'verification/*.txt' (repeatable)",
      (value: string, before: readonly string[]) => [...before, value],
      [] as readonly string[],
    )
    .option('--feeds <names>', 'feeds that are loaded: names or patterns, comma between')
    .option(
      '--expected <file>',
      "expected results (default: the package's verification/expected.json)",
    )
    .option('--format <format>', 'how events are forwarded: json or payload', 'json')
    .option('--identifier <name>', "the service's log source identifier")
    .option('--time-limit <seconds>', 'longest wait for results', '45')
    .option(
      '--send-result',
      'tell the outcome to the configured collectors (KL_EVALUATION_Verification)',
    )
    .option('--json', 'print the report as JSON')
    .addHelpText(
      'after',
      `
Sends the events of KL_Verification_Tool, which hold every permanent test indicator, as JSA would
forward them, takes what comes back as JSA's event collector would, and answers the guide's three
questions: do events from JSA arrive, do ours arrive at JSA, are they parsed right.

Exit codes: 0 every judged row passed, 1 something is missing, wrong or unexpected, 2 usage or
configuration, 69 the service cannot be reached.

Examples:
  threat-forwarder verify --loopback
  threat-forwarder verify --loopback --config forwarder.yaml --json
  threat-forwarder verify --service 192.0.2.20:9995 --listen tcp://0.0.0.0:1514`,
    )
    .action(
      run(async (options) => {
        const { verifyService } = await import('./support/verify-service.js');
        return verifyService(options);
      }),
    );
};
