import type { DefineCommand } from './support/command.js';

const more = (value: string, before: readonly string[] = []): readonly string[] => [
  ...before,
  value,
];

export const defineCommand: DefineCommand = (command, run) => {
  command
    .argument('[paths...]', 'as -p')
    .option('-r, --report', 'ask for the detections and write a report into OutputDir')
    .option('-c, --config <file>', 'configuration file of Log Scanner (XML)')
    .option(
      '-p, --path <path>',
      'a file, a folder with all below it, a glob pattern, "-" for standard input (repeatable)',
      more,
    )
    .option('-s, --hash <hash>', 'look up an MD5, SHA1 or SHA256 hash (repeatable)', more)
    .option('-u, --url <url>', 'look up a URL (repeatable)', more)
    .option('-i, --ip <address>', 'look up an IP address (repeatable)', more)
    .option('--connect <address>', 'the service: HOST:PORT or the path of a UNIX socket')
    .option('--collector <url>', 'send to an event collector: udp://, tcp://, tls:// or unix://')
    .option('--header [host]', 'collector: a syslog header for lines without one')
    .option('--ca <file>', 'collector: authorities to trust for tls:// (PEM)')
    .option('--local', 'look events up here, with the feeds of the service configuration')
    .option('--service-config <file>', 'local: that configuration (default: ./forwarder.yaml)')
    .option('--set <path=value>', 'local: override one value of it (repeatable)', more)
    .option('--dialect <name>', 'local: how detections are written (default: cybertrace-4)')
    .option('--threads <number>', 'connections at a time; local: threads (ThreadsCount)')
    .option('--timeout <seconds>', 'how long the service may be silent (Timeout)')
    .option('--finished <text>', 'what the line begins with that ends the replies of an event')
    .option('--output-dir <folder>', 'where reports are written (OutputDir)')
    .option('--csv <file>', 'write detections as CSV; "-": to standard output')
    .option('--json', 'print the summary as JSON')
    .option('--fail-on-detect', 'exit code 1 when anything was detected')
    .option('--resume', 'go on where the same scan was interrupted')
    .option('--skip-comments', 'leave out lines that begin with #')
    .option('--quiet', 'no progress, no summary, no notices')
    .addHelpText(
      'after',
      `
Log Scanner: sends the lines of files to the service as events, or looks them up here. Without -r, -s,
-u, -i, --csv, --json or --fail-on-detect nothing is waited for: detections go where the service sends
all of them. gzip files are unpacked, whatever their names. -c and -s are those of Log Scanner here;
the configuration of the service, for --local, is named by --service-config and --set.

Exit codes: 0 done, 1 detections with --fail-on-detect, 2 usage, files or configuration, 69 the service
or the collector is unavailable or silent, 130 and 143 interrupted (then --resume goes on).

Examples:
  threat-forwarder scan -r -p /var/log/proxy
  threat-forwarder scan -i 192.0.2.3 -u http://fakess123.nu
  threat-forwarder scan --local --csv hits.csv 'archive/*.log.gz'
  threat-forwarder scan --collector tcp://jsa.example:514 --skip-comments verification/kl_verification_test.txt`,
    )
    .action(
      run(async (options, paths) => {
        const { runScan } = await import('./support/scan/run-scan.js');
        return runScan(options, paths);
      }),
    );
};
