import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';

import { runCli, startService } from '../support/service-process.js';
import type { RunOptions, ServiceProcess } from '../support/service-process.js';
import { describeWithTool } from '../support/tools.js';

/** Every secret of the configuration begins so, and nothing that is shown may hold it. */
const mark = 'S3CR3T';

let folder: string;
let server: Server;
const sockets = new Set<Socket>();
let service: ServiceProcess | undefined;
const environment = { TF_TEST_TOKEN: `${mark}-token-env` };

/** A key that only its pass-phrase opens, with a certificate. */
function makeKey(name: string, passphrase: string): void {
  execFileSync(
    'openssl',
    [
      ...['req', '-x509', '-newkey', 'rsa:2048', '-days', '2', '-subj', '/CN=localhost'],
      ...['-passout', `pass:${passphrase}`, '-keyout', `${name}.key`, '-out', `${name}.pem`],
    ],
    { cwd: folder, stdio: 'pipe' },
  );
}

function configText(port: number): string {
  return `
log: { level: debug, file: forwarder.log }
intake:
  jsa: { tls: { cert: listener.pem, key: listener.key, passphrase: ${mark}-listener } }
delivery:
  collectors:
    - { url: "tls://127.0.0.1:${port}", cert: client.pem, key: client.key, passphrase: ${mark}-collector }
downloads: { proxy: "http://proxyuser:${mark}-proxy@127.0.0.1:${port}", every: 30m }
feeds:
  - { path: feed.json }
  - { name: Basic, url: "https://127.0.0.1:${port}/a.txt", auth: { username: u, password: ${mark}-password } }
  - { name: Bearer, url: "https://127.0.0.1:${port}/b.txt", auth: { token: "env:TF_TEST_TOKEN" } }
  - { name: ByFile, url: "https://127.0.0.1:${port}/c.txt", auth: { token: "file:token.txt" } }
  - name: WithCertificate
    url: "https://127.0.0.1:${port}/d.txt"
    proxy: "http://u:${mark}-feed-proxy@127.0.0.1:${port}"
    tls: { cert: client.pem, key: client.key, passphrase: ${mark}-feed-key }
`;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tf-secrets-'));
  makeKey('listener', `${mark}-listener`);
  makeKey('client', `${mark}-collector`);
  await writeFile(join(folder, 'feed.json'), '[{"mask":"bad.example"}]');
  await writeFile(join(folder, 'token.txt'), `${mark}-token-file\n`, { mode: 0o600 });
  // Whoever connects is turned away, so that every fetch and every handshake fails and is told of.
  server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  await writeFile(
    join(folder, 'forwarder.yaml'),
    configText((server.address() as AddressInfo).port),
  );
});
afterEach(async () => {
  await service?.stop();
  service = undefined;
});
afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  server.close();
  await once(server, 'close');
  await rm(folder, { recursive: true });
});

function runHere(args: readonly string[], options: RunOptions = {}) {
  return runCli(args, { cwd: folder, env: environment, ...options });
}

/** The places of a text that hold a secret, a few characters of each. */
function leaks(name: string, text: string): readonly string[] {
  return [...text.matchAll(new RegExp(`.{0,40}${mark}[\\w-]*`, 'g'))].map(
    ([found]) => `${name}: ${found}`,
  );
}

/** What the service has written into its folders. */
async function writtenLeaks(): Promise<readonly string[]> {
  const found: string[] = [];
  const own = new Set(['forwarder.yaml', 'token.txt', 'bad.yaml']);
  for (const name of await readdir(folder, { recursive: true })) {
    const path = join(folder, name);
    if (own.has(name) || !(await stat(path)).isFile()) continue;
    found.push(...leaks(name, await readFile(path, 'latin1')));
  }
  return found;
}

describeWithTool('openssl', 'secrets of the configuration', () => {
  test('stand in nothing that a running service says, writes or answers', async () => {
    service = await startService([], { cwd: folder, env: environment, timeoutMs: 20_000 });
    const running = service;
    const told = (code: string): boolean => running.stderr().includes(code);
    await running.until(() => told('collector.') && told('feed.'), 'word of what failed');
    // Someone who speaks no TLS, and a reload that is refused, and one that is not.
    const plain = connect(running.jsaPort, '127.0.0.1');
    plain.on('error', () => undefined).write('http://bad.example/\n');
    running.signal('SIGHUP');
    await running.until(() => told('service.reloaded'), 'reload');
    const good = await readFile(join(folder, 'forwarder.yaml'), 'utf8');
    await writeFile(
      join(folder, 'forwarder.yaml'),
      good.replace(`${mark}-listener`, `${mark}-wrong`),
    );
    running.signal('SIGHUP');
    await running.until(() => told('service.reload_failed'), 'refusal');
    await writeFile(join(folder, 'forwarder.yaml'), good);
    plain.destroy();

    const answers: string[] = [];
    for (const path of ['metrics', 'status', 'readyz', 'livez', 'nowhere']) {
      const answer = await fetch(`http://127.0.0.1:${running.httpPort}/${path}`);
      answers.push(...leaks(path, await answer.text()));
    }
    running.signal('SIGKILL');
    await running.stop();
    service = undefined;
    expect(answers).toEqual([]);
    expect(leaks('stderr', running.stderr())).toEqual([]);
    expect(leaks('stdout', running.stdout())).toEqual([]);
    expect(await writtenLeaks()).toEqual([]);
    expect(await readFile(join(folder, 'forwarder.log'), 'utf8')).toContain('"level":"debug"');
  }, 60_000);

  test.each([
    [['check']],
    [['check', '--json']],
    [['explain', 'http://bad.example/']],
    [['explain', '--json', 'http://bad.example/']],
    [['feeds', 'list']],
    [['feeds', 'list', '--json']],
    [['feeds', 'update']],
    [['service', 'print']],
  ])(
    'stand in nothing that %j prints',
    async (args) => {
      const config = args[0] === 'service' ? ['--config', join(folder, 'forwarder.yaml')] : [];
      const { stdout, stderr } = await runHere([...args, ...config], { timeoutMs: 50_000 });
      expect(leaks('stdout', stdout)).toEqual([]);
      expect(leaks('stderr', stderr)).toEqual([]);
      expect(stdout + stderr).not.toBe('');
    },
    60_000,
  );

  test.each([
    [
      'a secret of the wrong type',
      `feeds: [{ url: "https://h.test/x", auth: { token: [${mark}-a] } }]`,
    ],
    [
      'a secret under a mistyped key',
      `feeds: [{ url: "https://h.test/x", auth: { tokn: ${mark}-b } }]`,
    ],
    [
      'a secret in the address of a collector',
      `delivery: { collectors: ["tcp://u:${mark}-d@h.test:1"] }`,
    ],
    [
      'a secret where none belongs',
      `delivery: { collectors: [{ url: "tcp://h.test:1", passphrase: ${mark}-f }] }`,
    ],
    [
      'a pass-phrase that is wrong',
      `intake: { jsa: { tls: { cert: listener.pem, key: listener.key, passphrase: ${mark}-g } } }`,
    ],
    ['broken YAML around a secret', `feeds: [{ auth: { token: "${mark}-h }`],
  ])(
    '%s is refused without showing it',
    async (_name, text) => {
      await writeFile(join(folder, 'bad.yaml'), text);
      const config = ['--config', 'bad.yaml'];
      for (const args of [
        ['check', '--json', ...config],
        ['run', ...config],
      ]) {
        const { exitCode, stdout, stderr } = await runHere(args);
        expect(exitCode).not.toBe(0);
        expect(leaks('stdout', stdout)).toEqual([]);
        expect(leaks('stderr', stderr)).toEqual([]);
      }
    },
    60_000,
  );

  test.each([
    ['the address of a feed', `feeds: [{ name: X, url: "https://u:${mark}-c@127.0.0.1:1/x" }]`],
    ['a bad proxy', `feeds: []\ndownloads: { proxy: "ftp://u:${mark}-e@127.0.0.1:1" }`],
  ])(
    'a secret in %s is not shown, whatever becomes of it',
    async (_name, text) => {
      await writeFile(join(folder, 'bad.yaml'), text);
      for (const args of [['check', '--json'], ['check'], ['feeds', 'list'], ['feeds', 'update']]) {
        const { stdout, stderr } = await runHere([...args, '--config', 'bad.yaml']);
        expect(leaks('stdout', stdout)).toEqual([]);
        expect(leaks('stderr', stderr)).toEqual([]);
      }
    },
    60_000,
  );

  test.each([[`feeds[1].auth.token=[${mark}-set-list]`], [`feeds[1].auth.nokey=${mark}-set-key`]])(
    '--set %s is refused without showing it',
    async (setting) => {
      const { exitCode, stdout, stderr } = await runHere(['check', '--json', '--set', setting]);
      expect(exitCode).toBe(2);
      expect(leaks('stdout', stdout)).toEqual([]);
      expect(leaks('stderr', stderr)).toEqual([]);
    },
    60_000,
  );
});
