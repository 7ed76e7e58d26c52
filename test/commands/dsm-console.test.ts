import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { inspect } from 'node:util';

import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Command } from 'commander';

import type { ConsoleClient } from '../../dsm/console/index.js';
import type { ConsoleSurroundings } from '../../forwarder/commands/support/dsm/console-surroundings.js';
import {
  addConsoleOptions,
  withConsole,
} from '../../forwarder/commands/support/dsm/open-console.js';
import type { LoadedConfig } from '../../forwarder/config/index.js';
import { exitCodeOf, ServiceError } from '../../forwarder/core/index.js';
import {
  asConsoleAuthority,
  errorOf,
  refusal,
  startSmallConsole,
  token,
  type SmallConsole,
} from '../dsm/console/client-support.js';
import { tlsObstacle, type Authority } from '../support/certificates.js';

const withTls = tlsObstacle === undefined ? describe : describe.skip;

withTls('a command that opens the console', () => {
  let folder: string;
  let authority: Authority;
  let server: SmallConsole;
  let errorOutput: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tf-console-'));
    authority = asConsoleAuthority();
    server = await startSmallConsole(authority);
    writeFileSync(join(folder, 'token'), `  ${token}\r\nnot this\n`, { mode: 0o600 });
  });
  afterAll(async () => {
    await server.close();
    authority.remove();
    rmSync(folder, { recursive: true });
  });
  beforeEach(() => {
    errorOutput = '';
  });

  /** Runs `work` as a command with these arguments would. */
  async function run<T = ConsoleClient['facts']>(
    args: readonly string[],
    surroundings: Partial<ConsoleSurroundings> = {},
    work?: (client: ConsoleClient, loaded: LoadedConfig, signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const command = addConsoleOptions(new Command()).exitOverride();
    await command.parseAsync([...args], { from: 'user' });
    const output = new PassThrough();
    output.on('data', (chunk: Buffer) => (errorOutput += String(chunk)));
    const usual = work ?? ((client) => Promise.resolve(client.facts as T));
    return withConsole(command.opts(), usual, {
      env: {},
      cwd: folder,
      input: Readable.from([]),
      errorOutput: output,
      isTerminal: false,
      stopSignal: () => new AbortController().signal,
      ...surroundings,
    });
  }

  const there = (): string[] => ['--console', server.url(''), '--ca', authority.certFile];
  const withToken = () => [...there(), '--token-file', 'token'];
  const lastToken = () => server.asked.at(-1)?.headers['sec'];

  test('finds it by its options, and gives what it needs', async () => {
    const { facts, origin } = await run(
      [...withToken(), '--api-version', '20.0', '--timeout', '60'],
      {},
      (client, loaded, signal) =>
        Promise.resolve({ facts: client.facts, origin: loaded.origin, signal }),
    );
    expect(facts).toMatchObject({ address: server.url(''), apiVersion: '20.0' });
    expect(origin).toBe('built-in');
    expect(lastToken()).toBe(token);
  });

  test('finds it by the configuration, from whose folder its paths start; options win', async () => {
    const config = {
      feeds: [],
      console: {
        url: server.url(''),
        token: 'file:token',
        apiVersion: '20.0',
        tls: { ca: authority.certFile },
      },
    };
    const file = join(folder, 'forwarder.yaml');
    writeFileSync(file, JSON.stringify(config));
    expect((await run(['--config', file], { cwd: '/' })).apiVersion).toBe('20.0');
    expect((await run(['--config', file, '--api-version', '21.0'])).apiVersion).toBe('21.0');
    writeFileSync(join(folder, 'other'), 'another');
    await run(['--config', file, '--token-file', join(folder, 'other')]);
    expect(lastToken()).toBe('another');
    const pinned = ['--config', file, '--fingerprint', 'ab'.repeat(32)];
    expect(await errorOf(run(pinned))).toMatchObject({
      code: 'TF_CONFIG',
      message: expect.stringContaining('not the pinned one'),
    });
  });

  test.each<[string, readonly string[], Partial<ConsoleSurroundings>]>([
    ['standard input', ['--token-file', '-'], { input: Readable.from([`${token}\n`, 'more']) }],
    ['the environment', [], { env: { JSA_CONSOLE_TOKEN: token } }],
    ['a reference', ['--set', 'console.token=env:MINE'], { env: { MINE: token } }],
  ])('takes the token from %s', async (_where, args, surroundings) => {
    await run([...there(), ...args], surroundings);
    expect(lastToken()).toBe(token);
  });

  test('asks for the token on a terminal, unseen', async () => {
    const input = new PassThrough();
    const errorOutput = new PassThrough();
    let screen = '';
    errorOutput.on('data', (chunk: Buffer) => {
      const isAsked = screen.includes('Token of');
      screen += String(chunk);
      if (!isAsked && screen.includes('Token of')) setImmediate(() => input.write(`${token}\r`));
    });
    await run(there(), { isTerminal: true, input, errorOutput });
    expect(lastToken()).toBe(token);
    expect(screen).not.toContain(token);
  });

  test('a question that is left is told', async () => {
    const input = new PassThrough();
    const errorOutput = new PassThrough();
    errorOutput.once('data', () => setImmediate(() => input.write('\u0003')));
    const left = run(there(), { isTerminal: true, input, errorOutput });
    expect(await errorOf(left)).toMatchObject({
      code: 'TF_USAGE',
      message: expect.stringContaining('no token'),
    });
  });

  test('warns of a token that everybody can read', async () => {
    await run(withToken());
    expect(errorOutput).toBe('');
    const path = join(folder, 'open');
    writeFileSync(path, token);
    chmodSync(path, 0o644);
    await run([...there(), '--token-file', path]);
    expect(errorOutput).toMatch(/warning: .*\/open; chmod 600/);
    errorOutput = '';
    await run([...there(), '--set', `console.token=file:${path}`]);
    expect(errorOutput).toMatch(/warning: .*\/open; chmod 600/);
    expect(errorOutput).not.toContain(token);
  });

  test('shows each request with --verbose', async () => {
    server.on('/api/gone', refusal(404, 1002, 'not\u001bhere'));
    const work = (client: ConsoleClient) => client.get('/gone', { filter: 'x' });
    await errorOf(run([...withToken(), '--verbose'], {}, work));
    expect(errorOutput.trimEnd().split('\n')).toEqual([
      expect.stringMatching(/^GET \/help\/versions 200 \d+ ms$/),
      expect.stringMatching(/^GET \/system\/about 200 \d+ ms$/),
      expect.stringMatching(/^GET \/gone 404 \d+ ms: not here \(HTTP 404, code 1002\)$/),
    ]);
  });

  test.each<[string, () => readonly string[], string, number]>([
    ['no address', () => ['--token-file', 'token'], 'TF_USAGE', 2],
    ['http://', () => ['--console', 'http://127.0.0.1', '--token-file', 'token'], 'TF_CONFIG', 2],
    ['no token', there, 'TF_USAGE', 2],
    ['a token file that is none', () => [...there(), '--token-file', 'no'], 'TF_CONFIG', 2],
    ['the token itself', () => [...there(), '--token-file', '5e2f9a1c-'.repeat(4)], 'TF_USAGE', 2],
    ['a reference to nothing', () => [...there(), '-s', 'console.token=env:NO'], 'TF_CONFIG', 2],
    ['authorities that are none', () => [...withToken(), '--ca', 'no'], 'TF_CONFIG', 2],
    ['authorities and a fingerprint', () => [...withToken(), '--fingerprint', 'ab'], 'TF_USAGE', 2],
    ['a version that is none', () => [...withToken(), '--api-version', 'new'], 'TF_USAGE', 2],
    ['a time-out that is none', () => [...withToken(), '--timeout', '0'], 'TF_USAGE', 2],
  ])('%s is refused, and what to do is told', async (_what, args, code, exitCode) => {
    const error = await errorOf(run(args()));
    expect(error).toMatchObject({ code, hint: expect.any(String) });
    expect(exitCodeOf(error)).toBe(exitCode);
    expect(inspect(error)).not.toContain('5e2f9a1c-5e2f');
  });

  test.each([
    [401, 'TF_CONFIG', 2],
    [409, 'TF_CONSOLE', 1],
    [500, 'TF_PEER_UNAVAILABLE', 69],
  ])('an answer %d is an error %s of the program', async (status, code, exitCode) => {
    server.on('/api/things', refusal(status, 7, 'why'));
    const work = (client: ConsoleClient) => client.get('/things');
    const error = await errorOf(run(withToken(), {}, work));
    expect(error).toBeInstanceOf(ServiceError);
    expect(error).toMatchObject({
      code,
      where: server.url('/api/things'),
      hint: expect.any(String),
    });
    expect(exitCodeOf(error)).toBe(exitCode);
    expect(inspect(error, { depth: Infinity, showHidden: true })).not.toContain(token);
  });

  test('ends when it is told to, and the client is closed', async () => {
    const stop = new AbortController();
    const kept: ConsoleClient[] = [];
    server.on('/api/silent', () => {
      stop.abort();
    });
    const work = (client: ConsoleClient) => {
      kept.push(client);
      return client.get('/silent');
    };
    const error = await errorOf(run(withToken(), { stopSignal: () => stop.signal }, work));
    expect(error).toMatchObject({ message: expect.stringContaining('stopped') });
    await run(withToken(), {}, (client) => Promise.resolve(kept.push(client)));
    for (const client of kept) {
      expect(await errorOf(client.get('/things'))).toBeInstanceOf(Error);
    }
  });
});
