import { dirname } from 'node:path';

import type { Installation } from './installation.js';
import { installedFolders, starterConfig } from './starter-config.js';
import { serviceName, serviceUnit, socketName, socketUnit, sysusersText } from './unit-text.js';

/** Whom a file or folder of the installation belongs to. `group`: root, and the service may read it. */
export type Owner = 'root' | 'service' | 'group';

/** One thing to do. Paths are as the running service sees them; every step may be done again. */
export type Step =
  | {
      readonly kind: 'file';
      readonly path: string;
      readonly text: string;
      readonly mode: number;
      readonly owner: Owner;
      /** A file that is there already is the operator's, and stays as it is. */
      readonly keepsExisting?: boolean;
    }
  | {
      readonly kind: 'folder';
      readonly path: string;
      readonly mode: number;
      readonly owner: Owner;
    }
  /** What is there is given to its owner; what is not is left out. */
  | { readonly kind: 'own'; readonly path: string; readonly mode: number; readonly owner: Owner }
  /** The user of the service, as the file of systemd-sysusers says. */
  | { readonly kind: 'user'; readonly name: string; readonly file: string }
  | { readonly kind: 'remove'; readonly path: string }
  | {
      readonly kind: 'systemctl';
      readonly args: readonly string[];
      /** Only where systemd runs: not in an image. */
      readonly onlyLive: boolean;
      /** Only where this file is there. */
      readonly onlyIf?: string;
    };

const unitFolder = '/etc/systemd/system';
export const servicePath = `${unitFolder}/${serviceName}`;
export const socketPath = `${unitFolder}/${socketName}`;
const sysusersPath = '/etc/sysusers.d/threat-forwarder.conf';

/** What "service install" does, in order. */
export function installSteps(installation: Installation, startsNow: boolean): readonly Step[] {
  const { facts, configFile, user } = installation;
  const configFolder = dirname(configFile);
  const isOwnFolder = configFolder === '/etc/threat-forwarder';
  const steps: Step[] = [
    { kind: 'file', path: sysusersPath, text: sysusersText(user), mode: 0o644, owner: 'root' },
    { kind: 'user', name: user, file: sysusersPath },
  ];
  if (isOwnFolder) steps.push({ kind: 'folder', path: configFolder, mode: 0o750, owner: 'group' });
  for (const path of Object.values(installedFolders)) {
    steps.push({ kind: 'folder', path, mode: 0o700, owner: 'service' });
  }
  for (const path of facts.writableFolders) {
    steps.push({ kind: 'folder', path, mode: 0o700, owner: 'service' });
  }
  if (installation.needsConfig) {
    steps.push({
      ...{ kind: 'file', path: configFile, text: starterConfig(), mode: 0o640 },
      ...{ owner: 'group', keepsExisting: true },
    });
  } else {
    steps.push({ kind: 'own', path: configFile, mode: 0o640, owner: 'group' });
  }
  const key = `${configFolder}/forwarder.key`;
  steps.push({ kind: 'own', path: key, mode: 0o640, owner: 'group' });
  steps.push({
    ...{ kind: 'file', path: servicePath, text: serviceUnit(facts), mode: 0o644, owner: 'root' },
  });
  const units = [serviceName];
  if (facts.listenStream === undefined) {
    // Without its unit file systemd would still hold the port, and enable it at the next start.
    const onlyIf = socketPath;
    const stop = { kind: 'systemctl', args: ['stop', socketName], onlyLive: true, onlyIf } as const;
    if (startsNow) steps.push(stop);
    const args = ['disable', socketName];
    steps.push(
      { kind: 'systemctl', args, onlyLive: false, onlyIf },
      { kind: 'remove', path: socketPath },
    );
  } else {
    const text = socketUnit(facts.listenStream);
    steps.push({ kind: 'file', path: socketPath, text, mode: 0o644, owner: 'root' });
    units.unshift(socketName);
  }
  steps.push(
    { kind: 'systemctl', args: ['daemon-reload'], onlyLive: true },
    { kind: 'systemctl', args: ['enable', ...units], onlyLive: false },
  );
  if (startsNow) {
    // A service that held the port itself makes room, and a socket of another address goes.
    steps.push({ kind: 'systemctl', args: ['stop', ...units], onlyLive: true });
    steps.push({ kind: 'systemctl', args: ['start', ...units], onlyLive: true });
  }
  return steps;
}

/** What "service uninstall" does. Configuration, data, logs and the user stay. */
export function uninstallSteps(isThere: (path: string) => boolean): readonly Step[] {
  const units = [servicePath, socketPath].filter(isThere);
  const names = units.map((path) => path.slice(unitFolder.length + 1));
  return [
    ...(names.length === 0
      ? []
      : ([
          { kind: 'systemctl', args: ['stop', ...names], onlyLive: true },
          { kind: 'systemctl', args: ['disable', ...names], onlyLive: false },
        ] as const)),
    { kind: 'remove', path: servicePath },
    { kind: 'remove', path: socketPath },
    { kind: 'remove', path: sysusersPath },
    { kind: 'systemctl', args: ['daemon-reload'], onlyLive: true },
  ];
}

/** A step in words. */
export function describeStep(step: Step): string {
  switch (step.kind) {
    case 'file':
      return `write ${step.path} (${octal(step.mode)})`;
    case 'folder':
      return `make folder ${step.path} (${octal(step.mode)}, ${step.owner})`;
    case 'own':
      return `let only root and the service read ${step.path}`;
    case 'user':
      return `make system user ${step.name}`;
    case 'remove':
      return `remove ${step.path}`;
    case 'systemctl':
      return `systemctl ${step.args.join(' ')}`;
    default:
      return step satisfies never;
  }
}

function octal(mode: number): string {
  return mode.toString(8).padStart(4, '0');
}
