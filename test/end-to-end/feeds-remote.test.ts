import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from '@jest/globals';

import { mispAttributes } from '../support/misp-attributes.js';
import { startMispServer } from '../support/misp-server.js';
import { runCli } from '../support/service-process.js';
import { indicator, startTaxiiServer } from '../support/taxii-server.js';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tf-remote-'));
  await writeFile(join(directory, 'forwarder.yaml'), 'http: false\n');
});
afterEach(async () => {
  await rm(directory, { recursive: true });
});

const env = { MISP_KEY: 'S3CR3T-key', NO_PROXY: '*' };
const cli = (...args: readonly string[]) => runCli(['feeds', ...args], { cwd: directory, env });

test('a MISP is added, fetched, listed and searched; its key is never shown', async () => {
  const attributes = mispAttributes([
    { type: 'domain', value: 'bad.example' },
    { type: 'ip-dst', value: '198.51.100.7' },
  ]);
  const server = await startMispServer({ key: env.MISP_KEY, attributes });
  const outputs: string[] = [];
  const run = async (...args: readonly string[]): Promise<string> => {
    const { exitCode, stdout, stderr } = await cli(...args);
    expect({ args, exitCode, stderr }).toEqual({ args, exitCode: 0, stderr: '' });
    outputs.push(stdout);
    return stdout;
  };
  try {
    const add = ['add', '--misp', server.address, '--name', 'Partner', '--auth-token'];
    expect(await run(...add, 'env:MISP_KEY')).toMatch(/^indicators +domain 1, ip 1$/m);
    expect(await readFile(join(directory, 'forwarder.yaml'), 'utf8')).toContain(
      'auth:\n      token: env:MISP_KEY\n',
    );
    expect(await run('update')).toMatch(/^✓ +Partner +updated +2 /m);
    expect(await run('list')).toMatch(/^Partner +misp +loaded +2 +1 +1 +0 .* in \d+ min$/m);
    expect(await run('list', '--json')).toContain('"fetchedFrom"');
    expect(await run('search', 'a.bad.example')).toContain('the domain bad.example is above it');
    expect(outputs.join('')).not.toContain('S3CR3T');
  } finally {
    await server.close();
  }
}, 30_000);

test('a key that the server refuses adds nothing', async () => {
  const server = await startMispServer({ key: 'another' });
  try {
    const { exitCode, stderr } = await cli(
      ...['add', '--misp', server.address, '--auth-token', 'env:MISP_KEY', '--json'],
    );
    expect(exitCode).toBe(2);
    expect(stderr).toContain('--no-check');
    expect(stderr).not.toContain('S3CR3T');
    expect(await readFile(join(directory, 'forwarder.yaml'), 'utf8')).toBe('http: false\n');
  } finally {
    await server.close();
  }
});

test('a collection of a TAXII server is added and fetched; what is new comes with the next update', async () => {
  const server = await startTaxiiServer();
  server.objects.push(indicator(1), indicator(2));
  try {
    const added = await cli('add', '--taxii', server.url(server.collection), '--name', 'Group');
    expect({ exitCode: added.exitCode, stderr: added.stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(added.stdout).toMatch(/^indicators +domain 2$/m);
    expect((await cli('update')).stdout).toMatch(/^✓ +Group +updated +2 /m);
    server.objects.push(indicator(3));
    expect((await cli('update', 'Group')).stdout).toMatch(/^✓ +Group +updated +3 /m);
    expect((await cli('search', 'evil3.example')).exitCode).toBe(0);
  } finally {
    await server.close();
  }
}, 30_000);
