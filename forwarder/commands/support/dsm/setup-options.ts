import type { Command } from 'commander';

/** Adds the options that say what the log sources shall be like. */
export function addSetupOptions(command: Command): Command {
  return command
    .option(
      '--log-source-type <name>',
      'type of the log source of the detections (default: console.logSourceType, else the best that JSA has)',
    )
    .option(
      '--event-collector <name>',
      'event collector of new log sources (default: console.eventCollector, else the only one, or that of delivery.collectors)',
    );
}
