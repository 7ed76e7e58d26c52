import type { DefineCommand } from './support/command.js';

export const defineCommand: DefineCommand = (command, run) => {
  command
    .argument(
      '[files...]',
      'files with one event a line (glob patterns work); "-" or none: standard input',
    )
    .option('-t, --to <host:port>', 'where the service listens', '127.0.0.1:9995')
    .option('--envelope', 'wrap every line in the JSON object JSA sends (Event Format JSON)')
    .option('--log-source <name>', 'log source identifier of the envelope', 'send-test')
    .option('--rate <events>', 'events per second at most (default: as fast as they are taken)')
    .option('--repeat <times>', 'send all of it this many times', '1')
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      `
Lines are sent as they are: events as JSA forwards them, or payloads.

Exit codes: 0 all sent, 2 a file cannot be read, 69 the service cannot be reached or hung up.

Examples:
  threat-forwarder send events.ndjson
  threat-forwarder send --to 192.0.2.20:9995 --rate 500 'logs/*.txt'
  echo 'url=http://fakess123.nu' | threat-forwarder send --envelope -`,
    )
    .action(
      run(async (options, files) => {
        const { sendFiles } = await import('./support/send-files.js');
        return sendFiles(options, files);
      }),
    );
};
