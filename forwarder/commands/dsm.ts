import { dsmCommands } from './dsm/index.js';
import type { DefineCommand } from './support/command.js';

export const defineCommand: DefineCommand = (command, run) => {
  command.addHelpText(
    'after',
    `
Teaches JSA (QRadar) the service's events: by files for an administrator (build), or on the console
through its REST API (plan, apply). The forwarding destination and the routing rule have no API: see
docs/guides/connect-jsa.md for the clicks.

Where the console is and who may change it stands in "console" of forwarder.yaml, or in the options
--console and --token-file; the token may also be in JSA_CONSOLE_TOKEN, and is asked for otherwise.

Examples:
  threat-forwarder dsm build --output dsm-files
  threat-forwarder dsm plan --console https://192.0.2.5
  threat-forwarder dsm apply --console https://192.0.2.5
  threat-forwarder dsm warmup
  threat-forwarder dsm verify
  threat-forwarder dsm doctor`,
  );
  for (const define of dsmCommands) define(command, run);
};
