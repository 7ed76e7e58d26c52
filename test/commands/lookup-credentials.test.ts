import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { inspect } from 'node:util';

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';

import {
  findCredentials,
  type CredentialRequest,
  type FoundCredentials,
} from '../../forwarder/commands/support/lookup/credentials.js';
import { portalFromConfig } from '../../forwarder/commands/support/lookup/portal-from-config.js';
import { loadConfig, type Environment, type LoadedConfig } from '../../forwarder/config/index.js';
import { ServiceError } from '../../forwarder/core/index.js';
import type { LookupObject } from '../../forwarder/lookup/index.js';
import { startTestPortal } from '../portal/start-test-portal.js';
import type { TestPortal } from '../portal/test-portal.js';
import { tlsObstacle } from '../support/certificates.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tf-credentials-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** A file of the folder, for its owner alone. */
function file(name: string, text: string, mode = 0o600): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  chmodSync(path, mode);
  return path;
}

function load(lookup: object): Promise<LoadedConfig> {
  const path = file('forwarder.json', JSON.stringify({ lookup }));
  const packageDirectory = join(import.meta.dirname, '..', '..');
  return loadConfig({ file: path, env: {}, set: [], cwd: folder, packageDirectory });
}

async function find(
  lookup: object,
  env: Environment = {},
  request: CredentialRequest = {},
): Promise<FoundCredentials> {
  return findCredentials(await load(lookup), env, { cwd: folder, ...request });
}

/** What is thrown; no secret may be seen in it. */
async function refusal(finding: Promise<unknown>): Promise<ServiceError> {
  const error = await finding.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof ServiceError)) throw new Error('nothing was refused', { cause: error });
  expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('secret');
  return error;
}

/** Without what is undefined. */
const plain = ({ credentials }: FoundCredentials): unknown =>
  JSON.parse(JSON.stringify(credentials));

describe('who asks the portal', () => {
  const byEnvironment = {
    KASPERSKY_API_USERNAME: 'env-user',
    KASPERSKY_API_PASSWORD: 'env-secret',
    KASPERSKY_API_CERT_PATH: 'env.pem',
  };
  const dnif = (more = ''): string =>
    file(
      'work/lookup_plugins/kaspersky/dnifconfig.yml',
      `lookup_plugin:\n  KASPERSKY_API_USERNAME: dnif-user\n  KASPERSKY_API_PASSWORD: "dnif-secret"\n  KASPERSKY_API_CERT_PATH: /lookup_plugins/kaspersky/dnif.pem\n${more}`,
    );
  const inPlace = (): string => file('work/lookup_plugins/kaspersky/dnif.pem', 'x');

  test('by the configuration, its references resolved', async () => {
    file('word', 'file-secret\nnot this\n');
    const found = await find(
      { username: 'u', password: 'file:word', cert: 'tip.p12', passphrase: 'env:PHRASE' },
      { PHRASE: 'phrase-secret', ...byEnvironment },
    );
    expect(plain(found)).toEqual({
      username: 'u',
      password: 'file-secret',
      cert: join(folder, 'tip.p12'),
      passphrase: 'phrase-secret',
    });
    expect(found.warnings).toEqual([]);
  });

  test('by the environment, part by part where the configuration says less', async () => {
    expect(plain(await find({}, byEnvironment))).toEqual({
      username: 'env-user',
      password: 'env-secret',
      cert: join(folder, 'env.pem'),
    });
    expect(plain(await find({ username: 'u' }, byEnvironment))).toMatchObject({
      username: 'u',
      password: 'env-secret',
    });
  });

  test('by the file of the plugin, which is read only when it is needed', async () => {
    const path = dnif();
    const cert = inPlace();
    expect(plain(await find({ dnifConfig: path }))).toEqual({
      username: 'dnif-user',
      password: 'dnif-secret',
      cert,
    });
    const nowhere = { dnifConfig: '/nowhere/dnifconfig.yml' };
    expect(plain(await find(nowhere, byEnvironment))).toMatchObject({ username: 'env-user' });
    expect((await refusal(find(nowhere))).where).toBe('/nowhere/dnifconfig.yml');
  });

  test('by the file a command names, before all else', async () => {
    const cert = inPlace();
    const found = await find({ username: 'u' }, byEnvironment, { dnifConfig: dnif() });
    expect(plain(found)).toEqual({ username: 'dnif-user', password: 'dnif-secret', cert });
  });

  test('its certificate starts from $WORKDIR, or is beside it, or as it is written', async () => {
    const path = dnif();
    const beside = file('work/lookup_plugins/kaspersky/lookup_plugins/kaspersky/dnif.pem', 'x');
    expect((await find({ dnifConfig: path })).credentials.cert).toBe(beside);
    const usual = inPlace();
    expect((await find({ dnifConfig: path })).credentials.cert).toBe(usual);
    const there = file('elsewhere/lookup_plugins/kaspersky/dnif.pem', 'x');
    const env = { WORKDIR: join(folder, 'elsewhere') };
    expect((await find({ dnifConfig: path }, env)).credentials.cert).toBe(there);
    const written = file(
      'dnifconfig.yml',
      readFileSync(path, 'utf8').replace(/CERT_PATH: .*/, `CERT_PATH: ${usual}`),
    );
    expect((await find({ dnifConfig: written })).credentials.cert).toBe(usual);
    rmSync(usual);
    const error = await refusal(find({ dnifConfig: written }));
    expect(error).toMatchObject({ code: 'TF_CONFIG', where: written });
    expect(error.hint).toContain('WORKDIR');
  });

  test('a token rather than the three, unless they all stand before it', async () => {
    const token = { KASPERSKY_API_TOKEN: 'env-token' };
    expect(plain(await find({}, { ...byEnvironment, ...token }))).toEqual({
      token: 'env-token',
      cert: join(folder, 'env.pem'),
    });
    expect(
      plain(await find({ token: 'env:MINE' }, { MINE: 'my-token', ...byEnvironment })),
    ).toEqual({
      token: 'my-token',
    });
    expect(plain(await find({ cert: 'tip.pem' }, token))).toEqual({
      token: 'env-token',
      cert: join(folder, 'tip.pem'),
    });
    const three = { username: 'u', password: 'env:WORD', cert: 'tip.pem' };
    expect(plain(await find(three, { WORD: 'secret', ...token }))).toMatchObject({ username: 'u' });
    expect(
      plain(await find({ dnifConfig: dnif('  KASPERSKY_API_TOKEN: dnif-token') }, byEnvironment)),
    ).toMatchObject({
      username: 'env-user',
    });
  });

  test('OpenTIP wants a token alone', async () => {
    const env = { ...byEnvironment, KASPERSKY_API_TOKEN: 'env-token' };
    expect(plain(await find({ portal: 'opentip' }, env))).toEqual({ token: 'env-token' });
    expect(plain(await find({ username: 'u' }, env, { portal: 'opentip' }))).toEqual({
      token: 'env-token',
    });
    const error = await refusal(find({ portal: 'opentip' }, byEnvironment));
    expect(error.message).toBe('missing for OpenTIP: token');
    expect(error.hint).toContain('KASPERSKY_API_TOKEN');
  });

  test('what is missing is named, with all ways', async () => {
    const nothing = await refusal(find({}));
    expect(nothing).toMatchObject({ code: 'TF_CONFIG', where: 'lookup' });
    expect(nothing.message).toBe(
      'missing for the Threat Intelligence Portal: user name, password, certificate',
    );
    for (const way of [
      'lookup.username',
      'lookup.token',
      'KASPERSKY_API_USERNAME',
      'KASPERSKY_API_TOKEN',
      'lookup.dnifConfig',
    ]) {
      expect(nothing.hint).toContain(way);
    }
    const two = { ...byEnvironment, KASPERSKY_API_CERT_PATH: '' };
    const error = await refusal(find({}, two));
    expect(error.message).toBe('missing for the Threat Intelligence Portal: certificate');
  });

  test.each([
    ['env:NOT_SET', 'NOT_SET'],
    ['file:not-there', 'cannot be read'],
    ['file:empty', 'empty'],
  ])('a reference to nothing, %s', async (password, found) => {
    file('empty', '\n');
    const error = await refusal(find({ username: 'u', password, cert: 'tip.pem' }));
    expect(error).toMatchObject({ code: 'TF_CONFIG', where: 'lookup.password' });
    expect(error.message).toContain(found);
  });

  test('files that everybody can read deserve a word', async () => {
    const word = file('word', 'file-secret', 0o644);
    const cert = file('tip.pem', 'x', 0o644);
    const lookup = { username: 'u', password: 'file:word', cert: 'tip.pem' };
    const { warnings } = await find(lookup);
    expect(warnings).toEqual([
      `everybody on this machine can read the password in ${word}; chmod 600 it`,
      `everybody on this machine can read the key in ${cert}; chmod 600 it`,
    ]);
    // A group may: services keep secrets as root:service 0640.
    chmodSync(word, 0o640);
    chmodSync(cert, 0o640);
    expect((await find(lookup)).warnings).toEqual([]);
    inPlace();
    const path = dnif();
    chmodSync(path, 0o644);
    expect((await find({ dnifConfig: path })).warnings).toEqual([
      `everybody on this machine can read the credentials in ${path}; chmod 600 it`,
    ]);
  });

  test.each([
    ['no YAML', 'lookup_plugin: [secret'],
    ['another file', 'secret: 1'],
    ['a list', '- secret'],
    ['a password of digits', 'lookup_plugin:\n  KASPERSKY_API_PASSWORD: 0123'],
    ['too long', `# ${'secret'.repeat(20_000)}`],
  ])('a dnifconfig.yml that is none: %s', async (_title, text) => {
    const path = file('dnifconfig.yml', text);
    const error = await refusal(find({ dnifConfig: path }));
    expect(error.code).toBe('TF_CONFIG');
    expect(error.where).toContain(path);
    expect(error.message).not.toContain('123');
  });
});

(tlsObstacle === undefined ? describe : describe.skip)('the portal of a configuration', () => {
  let server: TestPortal;
  beforeAll(async () => {
    server = await startTestPortal();
  }, 60_000);
  afterAll(() => server.close());

  const ip: LookupObject = { kind: 'ip', value: '192.0.2.1', text: '192.0.2.1' };
  const lookup = (more: object = {}) => ({
    url: server.url,
    username: server.credentials.username,
    password: 'env:WORD',
    cert: server.clientCert.pemFile,
    ca: server.caFile,
    proxy: 'none',
    cache: { directory: 'cache' },
    ...more,
  });
  const env = () => ({ WORD: server.credentials.password });

  test('asks once, keeps the answer, and leaves no secret on the disk', async () => {
    const loaded = await load(lookup());
    for (const from of ['portal', 'cache']) {
      const portal = await portalFromConfig(loaded, env());
      expect(await portal.lookup(ip, ['Zone'])).toMatchObject({ kind: 'report', from });
      await portal.close();
    }
    expect(server.requests).toHaveLength(1);
    const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
    const paths = entries
      .filter((one) => one.isFile())
      .map((one) => join(one.parentPath, one.name));
    expect(paths.map((path) => basename(path))).toContain('requests-tip.json');
    const { username, password } = server.credentials;
    const basic = Buffer.from(`${username}:${password}`).toString('base64');
    for (const path of paths) {
      const text = readFileSync(path, 'utf8');
      expect(text.includes(password) || text.includes(basic)).toBe(false);
    }
  });

  test('without a cache, and with answers of before replaced', async () => {
    const loaded = await load(lookup());
    const before = server.requests.length;
    for (const cache of ['used', 'refreshed', 'none', 'none', 'used'] as const) {
      const portal = await portalFromConfig(loaded, env(), { cache });
      expect(await portal.lookup(ip, ['Zone'])).toMatchObject({ kind: 'report' });
      await portal.close();
    }
    expect(server.requests.length - before).toBe(4);
  });

  test('tells what deserves a word, and refuses what cannot be used', async () => {
    const cert = file('open.pem', readFileSync(server.clientCert.pemFile, 'utf8'), 0o644);
    const said: string[] = [];
    const loaded = await load(lookup({ cert }));
    const portal = await portalFromConfig(loaded, env(), { onWarning: (text) => said.push(text) });
    await portal.close();
    expect(said).toEqual([`everybody on this machine can read the key in ${cert}; chmod 600 it`]);
    const wrong = await load(lookup({ cert: 'not-there.pem' }));
    expect(await refusal(portalFromConfig(wrong, env()))).toMatchObject({
      code: 'TF_CONFIG',
      where: 'lookup.cert',
    });
  });
});
