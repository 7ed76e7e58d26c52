import { folderName } from './unit-text.js';

/** Where an installed service keeps what it writes. */
export const installedFolders = {
  state: `/var/lib/${folderName}`,
  log: `/var/log/${folderName}`,
} as const;

/** A configuration to begin with: folders for what the service writes, and the demo feeds. */
export function starterConfig(): string {
  const { state, log } = installedFolders;
  return `# "threat-forwarder init --config THIS_FILE" asks for the rest. All keys: docs/reference/configuration.md
feeds:
  - path: package:verification/feeds/*.json # the demo feeds of the package
index:
  directory: ${state}/index
downloads:
  directory: ${state}/feeds
state:
  directory: ${state}/state
delivery:
  spool:
    directory: ${state}/spool
log:
  file: ${log}/forwarder.log
`;
}
