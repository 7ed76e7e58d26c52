import type { DefineCommand } from '../support/command.js';
import { addConfigOptions } from '../support/config-options.js';
import { addReadingOptions } from '../support/feeds/flags.js';

export const defineList: DefineCommand = (command, run) => {
  addConfigOptions(
    command
      .command('list')
      .description('Show what became of each feed, and why not all of it is used.')
      .argument('[name]', 'all about this feed'),
  )
    .option('--json', 'print all of it as JSON')
    .addHelpText(
      'after',
      `
Nothing is changed: it says what is in the index the service keeps, and reads the files where that is
not current.

  state       loaded: as its file is now; kept: the file cannot be used, so its records are those of
              before; awaited: to be fetched and was not yet; skipped: it cannot be used
  left out    records, or indicators of records, that are not used; why stands below the table
  age         since its file was written
  next update watched: a local file, taken in when it changes; in: when it is fetched (up to a tenth of
              the interval later); by hand: only by feeds update

Exit codes: 0 done, 2 usage or configuration, 70 the index cannot be read.

Examples:
  threat-forwarder feeds list
  threat-forwarder feeds list Partner
  threat-forwarder feeds list --json | jq '.feeds[] | {name, records, leftOutCount}'`,
    )
    .action(
      run(async (options, args) => {
        const { listFeeds } = await import('../support/feeds/list.js');
        return listFeeds(options, args[0]);
      }),
    );
};

export const defineCheck: DefineCommand = (command, run) => {
  addReadingOptions(
    command
      .command('check')
      .description('Show what would load of files, without a configuration.')
      .argument('<file...>', 'files, folders or patterns (quoted)')
      .option('--name <name>', 'name of the feed, from which its role follows (default: its file)'),
  )
    .option('--limit <number>', 'how many of the first records are shown', '5')
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      `
Shows the format, how many records would load, the indicators by kind, what would be left out and why,
and the first records as they are understood.

Exit codes: 0 each file can be used, 1 one of them cannot, 2 usage.

Examples:
  threat-forwarder feeds check partner.csv
  threat-forwarder feeds check --format csv --delimiter ';' --field dst_ip=ip partner.txt
  threat-forwarder feeds check --json 'feeds/*.json'`,
    )
    .action(
      run(async (options, args) => {
        const { checkFeedFiles } = await import('../support/feeds/check.js');
        return checkFeedFiles(options, args);
      }),
    );
};

export const defineSearch: DefineCommand = (command, run) => {
  addConfigOptions(
    command
      .command('search')
      .description('Show every record of every feed that matches an indicator, and why.')
      .argument('<indicator...>', 'URLs, domains, IP addresses or hashes; defanged ones too'),
  )
    .option('--json', 'print all of it as JSON')
    .addHelpText(
      'after',
      `
The indicator is brought to its normal form as values of events are. A record is shown with what would
become of it: detected, counted and not sent, not detected because an allow-list covers it, or only
searched (usedInMatching: false).

Exit codes: 0 each was found, 1 one is in no feed, 2 usage, configuration or feed.

Examples:
  threat-forwarder feeds search http://bad.example/x
  threat-forwarder feeds search 'hxxp://bad[.]example' 192.0.2.1
  threat-forwarder feeds search --json 44d88612fea8a8f36de82e1278abb02f`,
    )
    .action(
      run(async (options, args) => {
        const { searchFeeds } = await import('../support/feeds/search.js');
        return searchFeeds(options, args);
      }),
    );
};
