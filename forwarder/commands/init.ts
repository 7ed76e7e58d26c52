import type { DefineCommand } from './support/command.js';

const repeated = (value: string, before: readonly string[] = []): readonly string[] => [
  ...before,
  value,
];

export const defineCommand: DefineCommand = (command, run) => {
  command
    .option('-c, --config <file>', 'the file to write (default: ./forwarder.yaml)')
    .option('--accept-licence', 'the licence notice is accepted (see below)')
    .option('--certificate <file>', 'PEM file with certificate and private key for fetching feeds')
    .option('--no-certificate', 'take the certificate, and the feeds it is for, away again')
    .option('--passphrase <where>', 'pass-phrase of the private key: env:NAME, file:PATH or -')
    .option('--proxy <url>', 'proxy for fetching feeds: http://HOST:PORT, env:NAME or file:PATH')
    .option('--no-proxy', 'take the proxy away again')
    .option('--proxy-user <name>', 'user name of the proxy')
    .option('--proxy-password <where>', 'its password: env:NAME, file:PATH or -')
    .option('--feeds <names>', 'feeds the certificate allows: all, or names with commas between')
    .option('--feed <url>', 'a feed to download (repeatable)', repeated)
    .option('--feed-with-certificate <url>', 'one that is shown the certificate', repeated)
    .option('--feed-file <pattern>', 'a file, folder or pattern with feeds (repeatable)', repeated)
    .option('--demo-feeds', 'the demo feeds of this package (the default without a certificate)')
    .option('--feed-ca <file>', "authorities to trust instead of the system's for feeds, PEM")
    .option('--download-service <url>', "where allowed feeds are listed, if not Kaspersky's")
    .option('--listen <host:port>', 'where events from JSA come in (default: 0.0.0.0:9995)')
    .option('--jsa <host:port>', "JSA's event collector; forms below")
    .option('--jsa-ca <file>', 'authorities to trust for --jsa tls://…, PEM')
    .option('--skip-check', "do not try whether JSA's event collector answers")
    .option('--force', 'change a file that is there without asking')
    .option('-y, --yes', 'ask nothing: flags, the values in use, else defaults')
    .option('--seal', 'only seal one secret for the configuration, and print it as enc:…')
    .option('--json', 'print the outcome as JSON')
    .addHelpText(
      'after',
      `
On a terminal it asks for what the flags do not say; elsewhere, and with --yes, it asks nothing and
--accept-licence and --jsa are needed. Run again it offers what is in the file, keeps all else in it,
and the old file as .bak. Nothing is written before the last answer.

--accept-licence: this software is under the Apache License 2.0, without any warranty; feeds, demo feeds
and certificates of Kaspersky are used under Kaspersky's own terms.

--jsa: 192.0.2.10:514, [2001:db8::1]:514, jsa.example.org:514 (TCP), unix:///dev/log,
       or udp://, tcp://, tls:// HOST:PORT

Secrets never stand on the command line: env:NAME and file:PATH are written as references, what comes
by - (a line of standard input; pass-phrase first) or is typed is sealed with a key in forwarder.key
beside the file, or where TF_SECRETS_KEY_FILE says.

Exit codes: 0 written, 2 usage, configuration, or left before the end, 69 the collector or the
download service does not answer.

Examples:
  threat-forwarder init
  threat-forwarder init --accept-licence --jsa 192.0.2.10:514
  threat-forwarder init --accept-licence --certificate feeds.pem --feeds all --jsa 192.0.2.10:514 --json
  threat-forwarder init --accept-licence --yes --force --no-proxy
  printf '%s\\n' "$MISP_KEY" | threat-forwarder init --seal`,
    )
    .action(
      run(async (options) => {
        // With --json, and where enc:… is printed, standard output is for that alone.
        const asks =
          options['json'] === true || options['seal'] === true ? process.stderr : process.stdout;
        const surroundings = {
          input: process.stdin,
          output: process.stdout,
          errorOutput: process.stderr,
          isTerminal: process.stdin.isTTY && asks.isTTY,
          env: process.env,
          cwd: process.cwd(),
          nowMs: Date.now(),
        };
        if (options['seal'] === true) {
          const { runSeal } = await import('./support/init/seal.js');
          return runSeal(options, surroundings);
        }
        const { runInit } = await import('./support/init/run-init.js');
        return runInit(options, surroundings);
      }),
    );
};
