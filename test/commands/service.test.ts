import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { lstat, mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

import { runCli } from '../support/service-process.js';
import { describeWithTool } from '../support/tools.js';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'tf-image-'));
});
afterEach(async () => {
  await rm(root, { recursive: true });
});

const unit = (name: string): string => join(root, 'etc/systemd/system', `threat-forwarder.${name}`);

const enabledSocket = (): string =>
  join(root, 'etc/systemd/system/sockets.target.wants/threat-forwarder.socket');

async function configure(text: string): Promise<void> {
  await mkdir(join(root, 'etc/threat-forwarder'), { recursive: true });
  await writeFile(join(root, 'etc/threat-forwarder/forwarder.yaml'), text);
}

async function mode(path: string): Promise<string> {
  return ((await stat(join(root, path))).mode & 0o777).toString(8);
}

interface Steps {
  readonly steps: readonly { readonly step: string; readonly outcome: string }[];
}

// Without systemctl nothing can be enabled in an image.
describeWithTool('systemctl', 'service install in an image', () => {
  test('puts units, user file, folders and a configuration in place, and is at rest after it', async () => {
    const first = await runCli(['service', 'install', '--root', root, '--json']);
    expect(first.stderr).not.toContain('TF_');
    expect(first.exitCode).toBe(0);
    expect(existsSync(unit('service'))).toBe(true);
    expect(existsSync(unit('socket'))).toBe(true);
    expect(existsSync(join(root, 'etc/sysusers.d/threat-forwarder.conf'))).toBe(true);
    expect(await mode('var')).toBe('755');
    expect(await mode('var/lib/threat-forwarder')).toBe('700');
    expect(await mode('var/log/threat-forwarder')).toBe('700');
    expect(await mode('etc/threat-forwarder')).toBe('750');
    expect(await mode('etc/threat-forwarder/forwarder.yaml')).toBe('640');

    const again = await runCli(['service', 'install', '--root', root, '--json']);
    const { steps } = JSON.parse(again.stdout) as Steps;
    const changed = steps.filter(
      ({ outcome, step }) => outcome === 'done' && !step.startsWith('systemctl'),
    );
    expect(changed).toEqual([]);
    expect((await runCli(['service', 'status', '--root', root])).exitCode).toBe(0);
  });

  test('the configuration it writes is one that check and run take', async () => {
    await runCli(['service', 'install', '--root', root]);
    const file = join(root, 'etc/threat-forwarder/forwarder.yaml');
    const folders = ['index', 'downloads', 'state'].flatMap((name) => [
      '--set',
      `${name}.directory=${root}/w/${name}`,
    ]);
    const checked = await runCli(['check', '--config', file, ...folders]);
    expect(checked.exitCode).toBe(0);
    expect(checked.stdout).toContain('Malicious_URL');
  });

  test('a configuration that is there is kept, and the units follow it', async () => {
    const text = `intake: { jsa: { listen: "192.0.2.5:514" } }
service: { stopSeconds: 25, watchdogSeconds: 0 }
http: { listen: "127.0.0.1:900" }
feeds: []
`;
    await configure(text);
    expect((await runCli(['service', 'install', '--root', root])).exitCode).toBe(0);
    expect(await readFile(join(root, 'etc/threat-forwarder/forwarder.yaml'), 'utf8')).toBe(text);
    expect(await readFile(unit('socket'), 'utf8')).toContain('ListenStream=192.0.2.5:514\n');
    const service = await readFile(unit('service'), 'utf8');
    expect(service).toContain('TimeoutStopSec=35\n');
    expect(service).not.toContain('WatchdogSec');
    // http opens a low port by itself; jsa comes by the socket.
    expect(service).toContain('CapabilityBoundingSet=CAP_NET_BIND_SERVICE\n');
    // Paths that start beside the configuration must be writable all the same.
    expect(service).toMatch(/ReadWritePaths=.*-\/etc\/threat-forwarder\/var\/index/);
    expect(await mode('etc/threat-forwarder/var/index')).toBe('700');

    await configure(text.replace('192.0.2.5:514', '192.0.2.5:515'));
    const status = await runCli(['service', 'status', '--root', root]);
    expect(status.stdout).toMatch(/threat-forwarder\.socket +differs/);
  });

  test('without a socket the service has the port itself; an old socket unit goes', async () => {
    const before = await runCli(['service', 'install', '--root', root]);
    expect(before.stdout).toContain(
      'systemctl restart threat-forwarder.socket threat-forwarder.service',
    );
    expect((await lstat(enabledSocket())).isSymbolicLink()).toBe(true);
    await configure('intake: { jsa: { listen: ":514" } }\nhttp: false\nfeeds: []\n');
    const done = await runCli(['service', 'install', '--root', root, '--no-socket']);
    expect(done.exitCode).toBe(0);
    expect(existsSync(unit('socket'))).toBe(false);
    // Else systemd would go on listening, and warn of a unit that is not there at every start.
    await expect(lstat(enabledSocket())).rejects.toThrow('ENOENT');
    expect(done.stdout).toContain('systemctl stop threat-forwarder.socket');
    const again = await runCli(['service', 'install', '--root', root, '--no-socket']);
    expect(again.exitCode).toBe(0);
    expect(again.stdout).not.toContain('systemctl disable');
    const service = await readFile(unit('service'), 'utf8');
    expect(service).not.toContain('.socket');
    expect(service).toContain('AmbientCapabilities=CAP_NET_BIND_SERVICE\n');
  });

  test('a link in the place of a folder is refused, and its target keeps its rights', async () => {
    const victim = join(root, 'victim');
    await mkdir(victim, { mode: 0o755 });
    await mkdir(join(root, 'var/lib'), { recursive: true });
    await symlink(victim, join(root, 'var/lib/threat-forwarder'));
    const done = await runCli(['service', 'install', '--root', root]);
    expect(done.exitCode).toBe(2);
    expect(done.stderr).toContain('is a link');
    expect(await mode('victim')).toBe('755');
  });

  test('uninstall takes away what install wrote, and leaves configuration and data', async () => {
    await runCli(['service', 'install', '--root', root]);
    expect((await runCli(['service', 'uninstall', '--root', root])).exitCode).toBe(0);
    expect(existsSync(unit('service'))).toBe(false);
    expect(existsSync(unit('socket'))).toBe(false);
    expect(existsSync(join(root, 'etc/threat-forwarder/forwarder.yaml'))).toBe(true);
    expect((await runCli(['service', 'uninstall', '--root', root])).exitCode).toBe(0);
    expect((await runCli(['service', 'status', '--root', root])).exitCode).toBe(1);
  });
});

describe('service install says what it cannot do', () => {
  test('--dry-run writes nothing', async () => {
    const done = await runCli(['service', 'install', '--root', root, '--dry-run']);
    expect(done.exitCode).toBe(0);
    expect(done.stdout).toContain('write /etc/systemd/system/threat-forwarder.service');
    expect(existsSync(join(root, 'etc'))).toBe(false);
  });

  test.each([
    ['a bad configuration', 'fedes: []\n', 'forwarder.yaml:1'],
    ['a host name for the socket', 'intake: { jsa: { listen: "jsa.test:9995" } }\n', '--no-socket'],
  ])('%s is refused with its place, and nothing is written', async (_name, text, expected) => {
    await configure(text);
    const done = await runCli(['service', 'install', '--root', root]);
    expect(done.exitCode).toBe(2);
    expect(done.stderr).toContain(expected);
    expect(existsSync(unit('service'))).toBe(false);
  });

  test.each(['root', 'Bad Name', '../x'])('user %s is refused', async (user) => {
    const done = await runCli(['service', 'install', '--root', root, '--user', user]);
    expect(done.exitCode).toBe(2);
    expect(done.stderr).toContain('--user');
  });

  test('a machine without systemd, and one who is not root, are told so', async () => {
    if (existsSync('/run/systemd/system') && process.getuid?.() === 0) return;
    const done = await runCli(['service', 'install']);
    expect(done.exitCode).toBe(2);
    expect(done.stderr).toMatch(/only root can|does not run systemd/);
  });
});

describeWithTool('systemd-analyze', 'the unit files in the eyes of systemd', () => {
  test('are valid, and expose little', async () => {
    await runCli(['service', 'install', '--root', root]);
    // Verified by name: the paths of programs are those of this machine.
    const verified = spawnSync('systemd-analyze', ['verify', unit('service'), unit('socket')], {
      encoding: 'utf8',
    });
    expect(verified.stderr + verified.stdout).toBe('');
    expect(verified.status).toBe(0);
    const judged = spawnSync(
      'systemd-analyze',
      ['security', '--offline=yes', '--threshold=25', unit('service')],
      { encoding: 'utf8' },
    );
    expect(judged.stdout).toMatch(/Overall exposure level[^\n]*: [01]\.\d|: 2\.[0-5]/);
    expect(judged.status).toBe(0);
  });

  test('keep core files, capabilities and other folders from the service', async () => {
    const { stdout } = await runCli(['service', 'print']);
    for (const line of [
      'Type=notify',
      'NotifyAccess=all',
      'LimitCORE=0',
      'NoNewPrivileges=yes',
      'CapabilityBoundingSet=',
      'ProtectSystem=strict',
      'UMask=0077',
      'SystemCallFilter=@system-service',
      'MemoryDenyWriteExecute=no',
      'ExecReload=/bin/kill -HUP $MAINPID',
      'Restart=always',
      'FileDescriptorName=jsa',
    ]) {
      expect(stdout.split('\n')).toContain(line);
    }
  });
});
