import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterEach, beforeEach, expect, test } from '@jest/globals';

import { freePort } from '../support/rsyslog.js';
import { projectDirectory, startService } from '../support/service-process.js';
import { describeWithTool } from '../support/tools.js';

const program = join(projectDirectory, 'tools/threat-forwarder.js');

let folder: string;
const started: ChildProcess[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tf-systemd-'));
  await writeFile(join(folder, 'feed.json'), '[{"mask":"bad.example"}]');
  await writeFile(
    join(folder, 'forwarder.yaml'),
    'feeds: [{ path: feed.json }]\nintake: { cybertrace: false }\nhttp: false\nlog: { format: json }\n',
  );
});
afterEach(async () => {
  for (const child of started.splice(0)) {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await once(child, 'close');
    }
  }
  await rm(folder, { recursive: true });
});

interface Run {
  readonly child: ChildProcess;
  stdout(): string;
  stderr(): string;
  until(isTrue: () => boolean, what: string): Promise<void>;
}

function start(command: string, args: readonly string[], env: Record<string, string> = {}): Run {
  const child = spawn(command, args, {
    cwd: folder,
    env: { ...process.env, NO_COLOR: '1', ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  started.push(child);
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  return {
    child,
    stdout: () => stdout,
    stderr: () => stderr,
    async until(isTrue, what) {
      for (let waited = 0; !isTrue(); waited += 20) {
        if (waited > 20_000) throw new Error(`no ${what}:\n${stderr}\n${stdout}`);
        await sleep(20);
      }
    },
  };
}

/** The values under one name in the JSON lines of a text. */
function values(text: string, name: string): readonly unknown[] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => (JSON.parse(line) as Record<string, unknown>)[name])
    .filter((value) => value !== undefined);
}

function tryToConnect(port: number): Promise<'connected' | 'refused'> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('connect', () => {
      socket.destroy();
      resolve('connected');
    });
    // A connection that a killed service had taken already is reset: it was not refused.
    socket.on('error', (error: NodeJS.ErrnoException) => {
      resolve(error.code === 'ECONNREFUSED' ? 'refused' : 'connected');
    });
  });
}

describeWithTool('python3', 'a listening socket that the parent keeps', () => {
  const parent = join(projectDirectory, 'test/support/socket-parent.py');

  test('3 × kill -9 while senders connect 2,000 times: nobody is refused', async () => {
    const run = start('python3', [parent, process.execPath, program, 'run']);
    const ready = (): number => run.stderr().split('"service.started"').length - 1;
    await run.until(() => ready() === 1, 'first start');
    const [port] = values(run.stdout(), 'port') as [number];
    let connects = 0;
    let refused = 0;
    let isOver = false;
    const knock = async (): Promise<void> => {
      while (!isOver) {
        if ((await tryToConnect(port)) === 'refused') refused += 1;
        connects += 1;
        await sleep(1);
      }
    };
    const knocking = [knock(), knock(), knock(), knock()];
    for (let kill = 1; kill <= 3; kill += 1) {
      await sleep(200);
      process.kill(values(run.stdout(), 'pid').at(-1) as number, 'SIGKILL');
      await run.until(() => ready() === kill + 1, `start after kill ${kill}`);
    }
    for (let waited = 0; connects < 2_000 && waited < 30_000; waited += 50) await sleep(50);
    isOver = true;
    await Promise.all(knocking);
    expect(connects).toBeGreaterThanOrEqual(2_000);
    expect(refused).toBe(0);

    // What is sent while nobody runs is taken by the next one.
    process.kill(values(run.stdout(), 'pid').at(-1) as number, 'SIGKILL');
    const sender = connect(port, '127.0.0.1');
    await once(sender, 'connect');
    sender.end('http://bad.example/\n');
    await run.until(() => run.stderr().includes('|KL_feed_URL|'), 'detection');
    run.child.stdin?.end();
    await once(run.child, 'close');
    expect(run.stderr()).not.toContain('"level":"error"');
  }, 90_000);

  test('the configured address is not opened, and the log says which holds', async () => {
    const port = await freePort();
    await writeFile(
      join(folder, 'forwarder.yaml'),
      `feeds: [{ path: feed.json }]
http: false
log: { format: json }
intake: { jsa: { listen: "127.0.0.1:${port}" }, cybertrace: false }
`,
    );
    const run = start('python3', [parent, process.execPath, program, 'run']);
    await run.until(() => run.stderr().includes('"service.started"'), 'start');
    expect(await tryToConnect(port)).toBe('refused');
    const [held] = values(run.stdout(), 'port') as [number];
    expect(await tryToConnect(held)).toBe('connected');
    expect(run.stderr()).toContain('"intake.inherited"');
    expect(run.stderr()).toContain(
      `the socket that was handed over listens on 127.0.0.1:${held}, intake.jsa.listen says 127.0.0.1:${port}`,
    );
    run.child.stdin?.end();
    await once(run.child, 'close');
  }, 40_000);

  test('something that is no listening socket is refused with what to do', async () => {
    const run = start('sh', [
      '-c',
      `LISTEN_FDS=1 LISTEN_PID=$$ exec "${process.execPath}" "${program}" run 3</dev/null`,
    ]);
    const [exitCode] = (await once(run.child, 'close')) as [number];
    expect(exitCode).toBe(69);
    expect(run.stderr()).toContain('cannot listen on the socket that was handed over');
    expect(run.stderr()).toContain('ListenStream=');
  }, 30_000);
});

describeWithTool('systemd-socket-activate', 'systemd-socket-activate', () => {
  test('starts the service at the first connection, and its event is not lost', async () => {
    const port = await freePort();
    const run = start('systemd-socket-activate', [
      `--listen=127.0.0.1:${port}`,
      '--fdname=jsa',
      process.execPath,
      program,
      'run',
    ]);
    await run.until(() => run.stderr().includes('Listening on'), 'socket');
    const sender = connect(port, '127.0.0.1');
    await once(sender, 'connect');
    sender.end('http://bad.example/ usrName=first\n');
    await run.until(() => run.stdout().includes('usrName=first'), 'detection');
    run.child.kill('SIGTERM');
    const [exitCode] = (await once(run.child, 'close')) as [number];
    expect(exitCode).toBe(0);
  }, 40_000);
});

describeWithTool('systemd-notify', 'what systemd is told', () => {
  test('READY, RELOADING with its time, READY, WATCHDOG, STOPPING, by real datagrams', async () => {
    const address = join(folder, 'notify');
    const receiver = start('python3', [
      join(projectDirectory, 'test/support/notify-receiver.py'),
      address,
    ]);
    await receiver.until(() => receiver.stdout().includes('listening'), 'receiver');
    const told = (): readonly string[] =>
      receiver
        .stdout()
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as string);
    const service = await startService([], {
      cwd: folder,
      env: { NOTIFY_SOCKET: address, WATCHDOG_USEC: '400000' },
    });
    await receiver.until(() => told().some((text) => text.includes('READY=1')), 'READY');
    expect(told().find((text) => text.includes('READY=1'))).toMatch(
      /STATUS=listening on 127\.0\.0\.1:\d+, 1 indicators/,
    );
    await receiver.until(
      () => told().filter((text) => text.includes('WATCHDOG=1')).length >= 3,
      'signs of life',
    );
    service.signal('SIGHUP');
    const readies = (): number => told().filter((text) => text.includes('READY=1')).length;
    await receiver.until(() => readies() === 2, 'READY after the reload');
    const order = told().filter((text) => !text.includes('WATCHDOG') && !text.includes('BARRIER'));
    const reloading = order.findIndex((text) => text.includes('RELOADING=1'));
    expect(order[reloading]).toMatch(/MONOTONIC_USEC=[1-9]\d+/);
    expect(order[reloading + 1]).toContain('READY=1');

    await writeFile(join(folder, 'forwarder.yaml'), 'fedes: []\n');
    service.signal('SIGHUP');
    await receiver.until(() => readies() === 3, 'READY after a reload that was refused');
    expect(
      told()
        .filter((text) => text.includes('READY=1'))
        .at(-1),
    ).toContain('refused');

    expect(await service.stop()).toBe(0);
    await receiver.until(() => told().some((text) => text.includes('STOPPING=1')), 'STOPPING');
  }, 60_000);

  test('a storm of SIGHUP: it is never told of a reload within a reload, and READY is the last word', async () => {
    const address = join(folder, 'notify');
    const receiver = start('python3', [
      join(projectDirectory, 'test/support/notify-receiver.py'),
      address,
    ]);
    await receiver.until(() => receiver.stdout().includes('listening'), 'receiver');
    const words = (): string =>
      [...receiver.stdout().matchAll(/(READY|RELOADING)=1/g)].map(([, word]) => word).join(' ');
    const service = await startService([], { cwd: folder, env: { NOTIFY_SOCKET: address } });
    await receiver.until(() => words() === 'READY', 'READY');
    for (let count = 0; count < 200; count += 1) {
      service.signal('SIGHUP');
      if (count % 20 === 19) await sleep(10);
    }
    // The last one is not forgotten: what is on disk then is in use.
    await writeFile(
      join(folder, 'forwarder.yaml'),
      'feeds: [{ path: feed.json }]\nhttp: false\nlog: { format: json }\nleef: { cat: true }\n',
    );
    service.signal('SIGHUP');
    await service.until(() => service.stdout().includes('ConfigurationUpdated'), 'last reload');
    await receiver.until(() => / READY$/.test(words()), 'READY at the end');
    expect(words()).toMatch(/^READY( RELOADING READY)+$/);
    expect(await service.stop()).toBe(0);
  }, 60_000);

  test('a manager that does not listen stops nothing and is one line in the log', async () => {
    const service = await startService([], {
      cwd: folder,
      env: { NOTIFY_SOCKET: join(folder, 'nobody'), WATCHDOG_USEC: '200000' },
    });
    await service.until(() => service.stderr().includes('systemd.notify_failed'), 'word of it');
    await sleep(600);
    expect(await service.stop()).toBe(0);
    expect(service.stderr().split('systemd.notify_failed')).toHaveLength(2);
  }, 40_000);
});
