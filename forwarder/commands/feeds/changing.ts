import type { DefineCommand } from '../support/command.js';
import { addConfigOptions } from '../support/config-options.js';
import { addReadingOptions } from '../support/feeds/flags.js';

export const defineAdd: DefineCommand = (command, run) => {
  addReadingOptions(
    addConfigOptions(
      command
        .command('add')
        .description('Add a feed to the configuration file, once it was read and found good.')
        .argument('[place]', 'a file, a folder, a pattern (quoted), or an http(s) address'),
    )
      .option('--taxii <url>', 'a collection of a TAXII 2.1 server instead')
      .option('--misp <url>', 'a MISP server instead')
      .option('--allow-list', 'add it to the lists of what is never detected')
      .option('--name <name>', 'name of the feed (default: of the file or address)')
      .option('--confidence <number>', 'how certain it is, 1 to 100')
      .option('--every <time>', 'how often it is fetched: 30m, 1h, never')
      .option('--lifetime <time>', 'how long a record holds after it left the feed: 7d, never'),
  )
    .option('--query <json>', 'filters of MISP or TAXII')
    .option('--auth-token <where>', 'bearer token or automation key: env:NAME, file:PATH or enc:…')
    .option('--auth-user <name>', 'user name (HTTP Basic)')
    .option('--auth-password <where>', 'its password: env:NAME, file:PATH or enc:…')
    .option('--tls-ca <file>', "authorities to trust instead of the system's, PEM")
    .option('--tls-cert <file>', 'certificate to show, PEM; the key may stand in it')
    .option('--tls-key <file>', 'its private key, PEM')
    .option('--tls-passphrase <where>', 'pass-phrase of the key: env:NAME, file:PATH or enc:…')
    .option('--proxy <url>', 'proxy for this feed; none: no proxy')
    .option('--no-check', 'do not read or fetch it first')
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      `
A file is read, an address fetched once, and what is in it is shown; what cannot be used is not added.
Comments and order of the configuration stay, the old file as .bak. A running service takes the feed at
its next reload (SIGHUP).

Secrets never stand on the command line: say where they are. enc:… is what threat-forwarder init --seal
prints.

Exit codes: 0 added, 2 usage, configuration or feed, 69 its server cannot be reached.

Examples:
  threat-forwarder feeds add feeds/partner.csv --confidence 60
  threat-forwarder feeds add https://feeds.example.org/urls.txt.gz --name Partner --every 1h
  threat-forwarder feeds add --misp https://misp.example.org --auth-token env:MISP_KEY
  threat-forwarder feeds add never-detect.txt --allow-list`,
    )
    .action(
      run(async (options, args) => {
        const { addFeed } = await import('../support/feeds/add.js');
        return addFeed(options, args[0]);
      }),
    );
};

export const defineRemove: DefineCommand = (command, run) => {
  addConfigOptions(
    command
      .command('remove')
      .description('Take a feed out of the configuration file.')
      .argument('<name>', 'name of the feed'),
  )
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      `
Its files stay. Comments and order of the configuration stay, the old file as .bak. A running service
leaves the feed out at its next reload (SIGHUP).

Exit codes: 0 removed, 2 usage or configuration.

Examples:
  threat-forwarder feeds remove Partner
  threat-forwarder feeds remove Partner --config forwarder.yaml --json`,
    )
    .action(
      run(async (options, args) => {
        const { removeFeed } = await import('../support/feeds/remove.js');
        return removeFeed(options, String(args[0]));
      }),
    );
};

export const defineUpdate: DefineCommand = (command, run) => {
  addConfigOptions(
    command
      .command('update')
      .description('Fetch feeds now.')
      .argument('[name...]', 'names of feeds (default: all that are fetched)'),
  )
    .option(
      '--allow-shrink',
      'take a version with less than half of the records before, this once; of a local file too',
    )
    .option('--force', 'fetch all of it, whether or not it has changed')
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      `
Each is fetched beside its old file, read, and put in place only when it is good. A running service takes
the new file in by itself.

Exit codes: 0 done, 2 usage, configuration, or a feed that cannot be used, 69 a server cannot be
reached, 70 internal error.

Examples:
  threat-forwarder feeds update
  threat-forwarder feeds update Partner --allow-shrink
  threat-forwarder feeds update --force --json`,
    )
    .action(
      run(async (options, args) => {
        const { updateFeeds } = await import('../support/feeds/update.js');
        return updateFeeds(options, args);
      }),
    );
};
