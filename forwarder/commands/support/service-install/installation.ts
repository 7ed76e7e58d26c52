import { existsSync } from 'node:fs';
import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';

import { loadConfig, parseListen } from '../../../config/index.js';
import type { Config, LoadedConfig } from '../../../config/index.js';
import { ServiceError } from '../../../core/index.js';
import { writtenFolders } from '../../../service/operation/disk-space.js';
import { packageDirectory } from '../package.js';
import { installedFolders, starterConfig } from './starter-config.js';
import type { UnitFacts } from './unit-text.js';

/** What the options of the command ask for. */
export interface InstallOptions {
  /** Absolute path of an image's root; '' is this machine. */
  readonly root: string;
  readonly user: string;
  /** As the running service sees it. */
  readonly configFile: string;
  readonly usesSocket: boolean;
}

/** Everything that follows from the options, the configuration and where this package lies. */
export interface Installation extends InstallOptions {
  readonly facts: UnitFacts;
  /** Whether there is no configuration yet: one to begin with is to be written. */
  readonly needsConfig: boolean;
  /** What the operator should know. */
  readonly warnings: readonly string[];
}

const homes = ['/home', '/root', '/run/user'] as const;
const hidden = ['/tmp', '/var/tmp'] as const;

/** Works the installation out. Throws ServiceError TF_CONFIG or TF_USAGE; changes nothing. */
export async function workOut(options: InstallOptions): Promise<Installation> {
  const { root, user, configFile, usesSocket } = options;
  if (!/^[a-z_][a-z0-9_-]{0,30}$/.test(user) || user === 'root') {
    throw new ServiceError('TF_USAGE', `"${user}" cannot be the user of the service`, {
      where: '--user',
      hint: 'name a user of its own: small letters, digits, "-" and "_"',
    });
  }
  const needsConfig = !existsSync(join(root, configFile));
  const config = needsConfig ? await configToBeginWith() : await configOf(root, configFile);
  const node = await realpath(process.execPath);
  const program = join(packageDirectory(), 'tools/threat-forwarder.js');
  const lies = (folders: readonly string[]): boolean =>
    [node, program, configFile].some((path) => folders.some((folder) => isBelow(folder, path)));
  const livesInHome = lies(homes);
  const writable = foldersOf(config).map((path) => withoutRoot(root, path));
  const own = Object.values(installedFolders);
  const writableFolders = [...new Set(writable)].filter(
    (path) => !own.some((folder) => isBelow(folder, path)),
  );
  const listen = config.intake.jsa === false ? undefined : parseListen(config.intake.jsa.listen);
  const http = config.http === false ? undefined : parseListen(config.http.listen);
  const listenStream = usesSocket && listen !== undefined ? streamOf(listen) : undefined;
  const opened = [listenStream === undefined ? listen : undefined, http];
  const warnings: string[] = [];
  if (livesInHome) {
    warnings.push(
      'node, the package or the configuration lie in a home folder, which other users may not be able to read: better put them below /opt or /usr',
    );
  }
  if (lies(hidden)) {
    warnings.push(
      'node, the package or the configuration lie below /tmp, which the service does not see (PrivateTmp): move them',
    );
  }
  for (const path of writableFolders) {
    const inConfig = isBelow(dirname(configFile), path) ? ', beside the configuration' : '';
    warnings.push(`the service may write to ${path}${inConfig}: ${own[0]} is the place for it`);
  }
  return {
    ...options,
    needsConfig,
    warnings,
    facts: {
      node,
      program,
      configFile,
      user,
      stopSeconds: config.service.stopSeconds,
      watchdogSeconds: config.service.watchdogSeconds,
      listenStream,
      opensLowPort: opened.some((at) => at !== undefined && at.port > 0 && at.port < 1024),
      writableFolders,
      livesInHome,
    },
  };
}

function foldersOf(config: Config): readonly string[] {
  return [...writtenFolders(config).map(({ path }) => path), config.downloads.directory];
}

async function configOf(root: string, configFile: string): Promise<Config> {
  return (await load(join(root, configFile))).config;
}

async function configToBeginWith(): Promise<Config> {
  const folder = await mkdtemp(join(tmpdir(), 'tf-install-'));
  try {
    const file = join(folder, 'forwarder.yaml');
    await writeFile(file, starterConfig(), { mode: 0o600 });
    return (await load(file)).config;
  } finally {
    await rm(folder, { recursive: true });
  }
}

function load(file: string): Promise<LoadedConfig> {
  return loadConfig({
    file,
    set: [],
    env: process.env,
    cwd: process.cwd(),
    packageDirectory: packageDirectory(),
  });
}

/** ListenStream= takes addresses only: a name would be looked up by nobody. */
function streamOf({ host, port }: { readonly host: string; readonly port: number }): string {
  const address = host === 'localhost' ? '127.0.0.1' : host;
  if (isIP(address) === 0 || port === 0) {
    throw new ServiceError('TF_CONFIG', `a socket unit cannot listen on ${host}:${port}`, {
      where: 'intake.jsa.listen',
      hint: 'write an IP address and a port that is not 0, or use --no-socket',
    });
  }
  return isIP(address) === 6 ? `[${address}]:${port}` : `${address}:${port}`;
}

function withoutRoot(root: string, path: string): string {
  return root !== '' && isBelow(root, path) ? `/${relative(root, path)}` : path;
}

function isBelow(folder: string, path: string): boolean {
  const from = relative(resolve(folder), resolve(path));
  return from === '' || (!from.startsWith('..') && !from.startsWith('/'));
}
