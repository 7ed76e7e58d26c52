import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A real rsyslog daemon that writes every line it receives to a file. */
export interface Rsyslog {
  readonly port: number;
  lines(): readonly string[];
  stop(): Promise<void>;
}

/**
 * Starts rsyslogd on a free port of the loopback interface, as the event collector. The TAB of LEEF
 * survives only with the escaping of control characters off; the format is the line as received.
 */
export async function startRsyslog(
  protocol: 'tcp' | 'udp' = 'tcp',
  wantedPort?: number,
): Promise<Rsyslog> {
  const directory = await mkdtemp(join(tmpdir(), 'tf-rsyslog-'));
  const port = wantedPort ?? (await freePort());
  const received = join(directory, 'received.log');
  const configuration = join(directory, 'rsyslog.conf');
  const [module, input] = protocol === 'tcp' ? ['imtcp', 'imtcp'] : ['imudp', 'imudp'];
  await writeFile(
    configuration,
    `global(workDirectory="${directory}" maxMessageSize="64k" parser.escapeControlCharactersOnReceive="off")
module(load="${module}")
template(name="asReceived" type="string" string="%rawmsg%\\n")
ruleset(name="collector") { action(type="omfile" file="${received}" template="asReceived") }
input(type="${input}" address="127.0.0.1" port="${port}" ruleset="collector")
`,
  );
  const daemon = spawn(
    'rsyslogd',
    ['-n', '-f', configuration, '-i', join(directory, 'rsyslog.pid')],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin` },
    },
  );
  let said = '';
  daemon.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  daemon.on('error', (error) => (said += error.message));
  for (let attempt = 0; protocol === 'tcp' && !(await isListening(port)); attempt += 1) {
    if (attempt > 500 || daemon.exitCode !== null)
      throw new Error(`rsyslogd did not start: ${said}`);
    await sleep(20);
  }
  if (protocol === 'udp') await sleep(1000);
  return {
    port,
    lines: () =>
      existsSync(received) ? readFileSync(received, 'utf8').split('\n').slice(0, -1) : [],
    async stop() {
      daemon.kill('SIGTERM');
      if (daemon.exitCode === null) await once(daemon, 'exit');
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** A port of the loopback interface that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function isListening(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
