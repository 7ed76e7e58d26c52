import type { DefineCommand } from './support/command.js';
import { addConfigOptions } from './support/config-options.js';

const more = (value: string, before: readonly string[] = []): readonly string[] => [
  ...before,
  value,
];

export const defineCommand: DefineCommand = (command, run) => {
  addConfigOptions(
    command
      .argument('[values...]', 'hashes, IP addresses, domains, URLs, defanged or not')
      .usage('[options] [ip|url|domain|hash] [VALUE...]'),
  )
    .option('-f, --function <name>', 'what to ask for (repeatable), by the names below', more)
    .option('--fields <names>', 'these fields only, comma between: KLZone,KLHits')
    .option('--limit <number>', 'rows shown of each list', '10')
    .option('--json', 'print the answers as JSON; of --csv and --ndjson the summary')
    .option('--raw', 'with --json: the replies of the portal too')
    .option('--csv <file>', 'add fields to the rows of a CSV file; "-": standard input')
    .option('--column <name>', 'CSV: the column to look up, its name or its number from 1')
    .option(
      '--delimiter <character>',
      'CSV: what is between columns (default: as the heading says)',
    )
    .option('--no-heading', 'CSV: the first row is none')
    .option('--ndjson <file>', 'add fields to lines of JSON; "-": standard input')
    .option('--field <name>', 'NDJSON: what to look up; a.b for what is inside')
    .option('-o, --output <file>', 'where the rows go (default: standard output)')
    .option('--resume', 'go on where the same rows were interrupted; needs --output')
    .option('--portal <name>', 'tip or opentip (default: lookup.portal)')
    .option('--dnif-config <file>', 'dnifconfig.yml of the DNIF plugin, for the credentials')
    .option('--no-cache', 'use no answer that is kept, and keep none')
    .option('--refresh', 'use no answer of before; keep the new ones')
    .option('--quiet', 'no progress, no summary')
    .addHelpText(
      'after',
      `
Looks values up in the Kaspersky Threat Intelligence Portal, or OpenTIP (lookup.portal). Answers are kept
(lookup.cache): nothing is asked twice. Credentials: lookup.* of the configuration, else KASPERSKY_API_USERNAME,
KASPERSKY_API_PASSWORD and KASPERSKY_API_CERT_PATH, or KASPERSKY_API_TOKEN.

Functions: get_hash_report, get_ip_report, get_ip_report_file, get_domain_report, get_domain_report_file,
get_domain_report_generalinfo, get_domain_report_dnsresolution, get_domain_report_url,
get_domain_report_whois, get_url_report, get_url_report_file. When none is named, get_KIND_report; with --fields the
fewest that give them. docs/reference/lookup-fields.md lists the fields.

Zones: Red dangerous; Orange not trusted; Yellow adware and other; Green good; Grey no data.

Rows of --csv and --ndjson stay in order and as they are; a CSV gets one column for each field of the
functions ($KLZone; contacts only by --fields: KLOwnerEmail), lists joined by ", "; JSON gets one key for each field there is.

Exit codes: 0 done ("no data" too); 1 a value was refused, or is no hash, IP address, domain or URL; 2 usage, configuration,
credentials or certificate; 69 the portal cannot be reached, is silent or busy, or the quota is used up; 130 and 143
interrupted. When rows are stopped, --resume goes on.

Examples:
  threat-forwarder lookup 192.0.2.1 hxxp://evil[.]example/a
  threat-forwarder lookup url -f get_url_report_file --json --raw example.com/x
  threat-forwarder lookup --fields KLZone,KLHits 44D88612FEA8A8F36DE82E1278ABB02F
  threat-forwarder lookup ip --csv events.csv --column src --output enriched.csv
  zcat proxy.json.gz | threat-forwarder lookup --ndjson - --field url.full --fields KLZone > out.ndjson`,
    )
    .action(
      run(async (options, args) => {
        const { runLookup } = await import('./support/lookup/run-lookup.js');
        return runLookup(options, args);
      }),
    );
};
