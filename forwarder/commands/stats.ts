import { Option } from 'commander';

import type { DefineCommand } from './support/command.js';
import { addConfigOptions } from './support/config-options.js';
import { groupings } from './support/stats/summary.js';

export const defineCommand: DefineCommand = (command, run) => {
  addConfigOptions(command)
    .option('--from <time>', 'from when on: a day, a time, or how long ago (default: 24h)')
    .option('--to <time>', 'until when: a day (included), a time, or how long ago (default: now)')
    .addOption(
      new Option('--by <what>', 'what the rows are').choices(groupings).default('category'),
    )
    .option('--top <rows>', 'only so many rows: those with most detections')
    .option('--csv', 'print the rows as CSV')
    .option('--json', 'print totals and rows as JSON')
    .option('--directory <folder>', 'the folder of the daily files, instead of the configured one')
    .addHelpText(
      'after',
      `
Counts of detections and of checked events, hour by hour, from the files a service keeps in
state.directory; it may be running or not. What it counted within the last statistics.flushSeconds
(30) is not in them yet. Times are local (TZ) and in whole hours. docs/guides/statistics.md says what
counts.

Exit codes: 0 done, also when nothing was counted; 2 usage or configuration.

Examples:
  threat-forwarder stats
  threat-forwarder stats --from 7d --by day
  threat-forwarder stats --from 2026-11-01 --to 2026-11-20 --by feed --top 10
  threat-forwarder stats --from 2026-11-20T08:00 --to 2026-11-20T12:00 --by hour
  threat-forwarder stats --from 30d --by category --csv > detections.csv
  threat-forwarder stats --directory /var/lib/threat-forwarder/state/statistics --json | jq .detections`,
    )
    .action(
      run(async (options) => {
        const { showStats } = await import('./support/stats/show-stats.js');
        return showStats(options);
      }),
    );
};
