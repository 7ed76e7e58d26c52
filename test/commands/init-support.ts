import { createPrivateKey } from 'node:crypto';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';

import { Command } from 'commander';

import { defineCommand } from '../../forwarder/commands/init.js';
import { runInit } from '../../forwarder/commands/support/init/run-init.js';
import { runSeal } from '../../forwarder/commands/support/init/seal.js';
import { loadConfig } from '../../forwarder/config/index.js';
import type { LoadedConfig } from '../../forwarder/config/index.js';
import { ServiceError } from '../../forwarder/core/index.js';
import { packageDirectory } from '../config/load-support.js';
import { createAuthority } from '../support/certificates.js';

/** The options a command line stands for, as the action gets them. */
export async function optionsOf(args: readonly string[]): Promise<Record<string, unknown>> {
  let options: Record<string, unknown> = {};
  const command = new Command().exitOverride();
  defineCommand(command, () => (...values) => {
    options = values.at(-2) as Record<string, unknown>;
    return Promise.resolve();
  });
  await command.parseAsync([...args], { from: 'user' });
  return options;
}

export interface Ended {
  /** The exit code, or what ended the run. */
  readonly exitCode: number | undefined;
  readonly error: ServiceError | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

export interface InitOptions {
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly nowMs?: number;
}

/** A folder in which `init` runs. */
export class InitFolder {
  readonly path = mkdtempSync(join(tmpdir(), 'tf-init-'));

  /** Runs without a terminal. */
  async run(args: readonly string[], options: InitOptions = {}): Promise<Ended> {
    const input = new PassThrough();
    input.end(options.input ?? '');
    return this.runWith(args, input, new PassThrough(), false, options);
  }

  async runWith(
    args: readonly string[],
    input: PassThrough,
    output: PassThrough,
    isTerminal: boolean,
    { env = {}, nowMs = Date.now() }: InitOptions = {},
  ): Promise<Ended> {
    const errorOutput = new PassThrough();
    let [stdout, stderr] = ['', ''];
    output.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    errorOutput.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    const options = await optionsOf(args);
    const surroundings = { input, output, errorOutput, isTerminal, env, cwd: this.path, nowMs };
    const run = options['seal'] === true ? runSeal : runInit;
    try {
      const exitCode = await run(options, surroundings);
      await new Promise(setImmediate);
      return { exitCode, error: undefined, stdout, stderr };
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      return { exitCode: undefined, error, stdout, stderr };
    }
  }

  /** What the service would load. */
  load(env: Readonly<Record<string, string>> = {}, file = 'forwarder.yaml'): Promise<LoadedConfig> {
    return loadConfig({ file, env, set: [], cwd: this.path, packageDirectory });
  }

  write(name: string, text: string): string {
    writeFileSync(join(this.path, name), text);
    return join(this.path, name);
  }

  read(name = 'forwarder.yaml'): string {
    return readFileSync(join(this.path, name), 'utf8');
  }

  has(name: string): boolean {
    return existsSync(join(this.path, name));
  }

  /** Permission bits. */
  modeOf(name: string): number {
    return statSync(join(this.path, name)).mode & 0o777;
  }

  /** Every file and its text: what must be as before when nothing was written. */
  everything(): readonly (readonly [string, string])[] {
    const names = readdirSync(this.path, { recursive: true }) as string[];
    return names
      .filter((name) => statSync(join(this.path, name)).isFile())
      .sort()
      .map((name) => [name, this.read(name)]);
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** A listener that takes connections and whatever they bring. */
export async function openCollector(): Promise<{ readonly address: string; close(): void }> {
  const server: Server = createServer((socket) => socket.on('error', () => undefined).resume());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { address: `127.0.0.1:${port}`, close: () => server.close() };
}

/** PEM texts of a client: certificate and key, the key also encrypted with `opensesame`. */
export function makePem(): {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
  readonly encryptedKey: string;
  readonly otherKey: string;
} {
  const authority = createAuthority('Feeds CA');
  try {
    const names = 'DNS:localhost,IP:127.0.0.1';
    const [own, other] = ['customer', 'other'].map((name) => authority.issue({ name, names }));
    const key = own!.key.toString();
    return {
      ca: authority.cert.toString(),
      cert: own!.cert.toString(),
      key,
      encryptedKey: createPrivateKey(key)
        .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'opensesame' })
        .toString(),
      otherKey: other!.key.toString(),
    };
  } finally {
    authority.remove();
  }
}
