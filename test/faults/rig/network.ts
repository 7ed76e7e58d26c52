import { execFileSync, spawnSync } from 'node:child_process';

import { hasTool } from '../../support/tools.js';

let made = 0;

/** A network of its own for a collector, joined to this machine by a cable that can be cut. */
export interface Network {
  /** The collector's address, and the command that starts programs there. */
  readonly address: string;
  readonly prefix: readonly string[];
  /** From now on packets to and from the collector vanish without a word (a black hole). */
  swallow(): void;
  /** From now on each packet to the collector's TCP ports is answered by a reset. */
  reset(): void;
  /** Ends both. */
  heal(): void;
  remove(): void;
}

/** Why networks cannot be made here; undefined when they can. */
export function whyNoNetworks(): string | undefined {
  if (process.getuid?.() !== 0) return 'only root can make networks';
  for (const tool of ['ip', 'nft']) if (!hasTool(tool)) return `${tool} is not installed`;
  const name = `tf-try-${process.pid}`;
  if (run('ip', ['netns', 'add', name]) !== 0) return 'this machine allows no network namespaces';
  const status = run('ip', ['netns', 'exec', name, 'nft', 'add', 'table', 'inet', 'rig']);
  run('ip', ['netns', 'del', name]);
  return status === 0 ? undefined : 'nft does not work in a network namespace';
}

/** Makes a network; needs root. Always remove() it. */
export function createNetwork(): Network {
  const name = `tf-rig-${process.pid}-${made}`;
  const [here, there] = [
    `tfh${process.pid % 100000}x${made}`,
    `tft${process.pid % 100000}x${made}`,
  ];
  const net = `10.231.${100 + (process.pid % 100)}`;
  const base = (made++ % 60) * 4;
  const [mine, address] = [`${net}.${base + 1}`, `${net}.${base + 2}`];
  const ip = (...parameters: string[]): void => {
    execFileSync('ip', parameters, { stdio: 'pipe' });
  };
  ip('netns', 'add', name);
  ip('link', 'add', here, 'type', 'veth', 'peer', 'name', there, 'netns', name);
  ip('addr', 'add', `${mine}/30`, 'dev', here);
  ip('link', 'set', here, 'up');
  ip('-n', name, 'addr', 'add', `${address}/30`, 'dev', there);
  ip('-n', name, 'link', 'set', there, 'up');
  ip('-n', name, 'link', 'set', 'lo', 'up');
  const prefix = ['ip', 'netns', 'exec', name];
  const nft = (rules: string): void => {
    execFileSync('ip', [...prefix.slice(1), 'nft', '-f', '-'], { input: rules, stdio: 'pipe' });
  };
  const heal = (): void => {
    nft('add table inet rig\ndelete table inet rig\n');
  };
  const chain = (hook: string, rule: string): string =>
    `add chain inet rig ${hook} { type filter hook ${hook} priority 0; }\nadd rule inet rig ${hook} ${rule}\n`;
  return {
    address,
    prefix,
    swallow: () => {
      heal();
      nft(`add table inet rig\n${chain('input', 'drop')}${chain('output', 'drop')}`);
    },
    reset: () => {
      heal();
      nft(`add table inet rig\n${chain('input', 'meta l4proto tcp reject with tcp reset')}`);
    },
    heal,
    remove: () => {
      run('ip', ['link', 'del', here]);
      run('ip', ['netns', 'del', name]);
    },
  };
}

function run(command: string, parameters: readonly string[]): number | null {
  const env = { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin:/sbin` };
  return spawnSync(command, parameters, { env, stdio: 'ignore' }).status;
}
