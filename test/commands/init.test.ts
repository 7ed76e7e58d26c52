import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

import { InitFolder, openCollector } from './init-support.js';

let folder: InitFolder;
beforeEach(() => {
  folder = new InitFolder();
});
afterEach(() => {
  folder.remove();
});

const accepted = ['--accept-licence'];
const again = [...accepted, '--yes', '--force', '--skip-check'];
const all = [...accepted, '--jsa', '192.0.2.10:514', '--skip-check'];

describe('init by flags', () => {
  test('says every flag that is missing at once, and writes nothing', async () => {
    const { error } = await folder.run([]);
    expect(error).toMatchObject({ code: 'TF_USAGE' });
    expect(error?.message).toContain('--accept-licence');
    expect(error?.message).toContain('--jsa');
    expect(folder.everything()).toEqual([]);
  });

  test('writes the demo feeds for their owner only; the loader takes it', async () => {
    const { exitCode, stdout } = await folder.run(all);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('tcp://192.0.2.10:514 (not tried)');
    expect(folder.modeOf('forwarder.yaml')).toBe(0o600);
    expect(folder.everything().map(([name]) => name)).toEqual(['forwarder.yaml']);
    const { config, warnings } = await folder.load();
    expect(warnings).toEqual([]);
    expect(config.profile).toBe('calm');
    expect(config.leef.loopToken).toBe(true);
    expect(config.security.refuseRoot).toBe(true);
    expect(config.intake.jsa).toMatchObject({ listen: '0.0.0.0:9995' });
    expect(config.delivery.collectors).toEqual([{ url: 'tcp://192.0.2.10:514' }]);
    expect(config.feeds).toHaveLength(1);
    expect(config.feeds[0]?.path).toMatch(/verification\/feeds\/\*\.json$/);
  });

  test('takes feeds by address and file; paths start from the configuration', async () => {
    folder.write('mine.csv', 'x');
    const { exitCode } = await folder.run([
      ...all,
      ...['--config', 'etc/tf.yaml', '--listen', '[::]:9995', '--demo-feeds'],
      ...['--feed', 'https://feeds.example/a.txt', '--feed', 'http://feeds.example/b.csv'],
      ...['--feed-file', 'm*.csv'],
    ]);
    expect(exitCode).toBe(0);
    const { config } = await folder.load({}, 'etc/tf.yaml');
    expect(config.feeds.map(({ url, path }) => url ?? path)).toEqual([
      expect.stringMatching(/verification\/feeds/),
      'https://feeds.example/a.txt',
      'http://feeds.example/b.csv',
      join(folder.path, 'm*.csv'),
    ]);
    expect(config.intake.jsa).toMatchObject({ listen: '[::]:9995' });
  });

  test('--json gives the outcome as one object', async () => {
    const { stdout } = await folder.run([...all, '--json']);
    expect(JSON.parse(stdout)).toMatchObject({
      file: join(folder.path, 'forwarder.yaml'),
      backup: null,
      certificate: null,
      newKey: null,
      proxy: null,
      feeds: ['demo feeds of this package'],
      listen: '0.0.0.0:9995',
      collector: { url: 'tcp://192.0.2.10:514', outcome: 'skipped' },
    });
  });

  test.each([
    [['--listen', '9995'], '--listen'],
    [['--jsa', '2001:db8::1:514:x'], '--jsa'],
    [['--jsa', 'ftp://192.0.2.1'], '--jsa'],
    [['--jsa', '192.0.2.1:70000'], '--jsa'],
    [['--jsa-ca', 'x.pem'], '--jsa-ca'],
    [['--proxy', 'proxy.example'], '--proxy'],
    [['--proxy', 'http://user:secret@proxy.example:1'], '--proxy-password'],
    [['--proxy', 'http://a.example:1', '--proxy-user', 'u'], '--proxy-password'],
    [['--proxy', 'env:NOT_SET'], 'NOT_SET'],
    [['--proxy-user', 'u', '--proxy-password', 'env:P'], '--proxy'],
    [['--proxy', 'http://a.example:1', '--proxy-user', 'u', '--proxy-password', 'p'], 'env:NAME'],
    [['--feed', 'feeds.txt'], '--feed-file'],
    [['--feed', 'https://u:secret@feeds.example/'], 'auth'],
    [['--feed-file', 'no/such/*.json'], '--feed-file'],
    [['--feeds', 'all'], '--certificate'],
    [['--feed-with-certificate', 'https://feeds.example/'], '--certificate'],
    [['--certificate', 'missing.pem'], 'missing.pem'],
    [['--download-service', 'x'], '--download-service'],
  ])('%j is refused with a word on what to write; no secret is shown', async (flags, said) => {
    const { error } = await folder.run([...all, ...flags]);
    expect(error?.code).toBe('TF_USAGE');
    expect(`${error?.message ?? ''} ${error?.hint ?? ''}`).toContain(said);
    expect(`${error?.message ?? ''} ${error?.hint ?? ''}`).not.toContain('secret@');
    expect(folder.everything()).toEqual([]);
  });
});

describe('the live check', () => {
  test('is made, and nobody there means that nothing is written', async () => {
    const collector = await openCollector();
    const jsa = [...accepted, '--jsa', collector.address];
    const first = await folder.run([...jsa, '--json']);
    expect(JSON.parse(first.stdout)).toMatchObject({ collector: { outcome: 'reachable' } });
    collector.close();
    const before = folder.everything();
    const second = await folder.run([...jsa, '--force']);
    expect(second.error).toMatchObject({ code: 'TF_COLLECTOR' });
    expect(second.error?.hint).toContain('--skip-check');
    expect(folder.everything()).toEqual(before);
  });

  test('is a warning with --yes', async () => {
    const { exitCode, stderr } = await folder.run([...accepted, '--yes', '--jsa', '127.0.0.1:1']);
    expect(exitCode).toBe(0);
    expect(stderr).toContain('nothing answers at tcp://127.0.0.1:1');
  });
});

describe('a file that is there', () => {
  test('needs --force, is kept as .bak, and keeps what is not asked', async () => {
    await folder.run(all);
    const edited = `${folder.read()}log: { level: debug } # mine\n`;
    folder.write('forwarder.yaml', edited);
    const refused = await folder.run([...all, '--listen', ':1']);
    expect(refused.error?.hint).toContain('--force');
    expect(folder.read()).toBe(edited);
    const { exitCode } = await folder.run([...again, '--listen', ':1']);
    expect(exitCode).toBe(0);
    expect(folder.read('forwarder.yaml.bak')).toBe(edited);
    expect(folder.read()).toBe(edited.replace('0.0.0.0:9995', ':1'));
  });

  test('that is no YAML is begun anew with --force', async () => {
    folder.write('forwarder.yaml', 'a: [\n');
    expect((await folder.run([...all, '--force'])).exitCode).toBe(0);
    expect(folder.read('forwarder.yaml.bak')).toBe('a: [\n');
    await folder.load();
  });

  test('with a fault elsewhere is not replaced, and the fault is named', async () => {
    folder.write('forwarder.yaml', 'log:\n  levle: debug\n');
    const { error } = await folder.run([...all, '--force']);
    expect(error?.message).toContain('forwarder.yaml:2:3 log.levle');
    expect(folder.everything()).toEqual([['forwarder.yaml', 'log:\n  levle: debug\n']]);
  });

  test('keeps entries of feeds, further collectors, and references not set here', async () => {
    folder.write(
      'forwarder.yaml',
      [
        'feeds:',
        '  - { url: "https://a.example/x", confidence: 7, auth: { token: env:FEED_TOKEN } }',
        '  - b.json',
        'delivery:',
        '  collectors: [ "tcp://192.0.2.1:514", "tcp://192.0.2.2:514" ]',
        '',
      ].join('\n'),
    );
    const flags = ['--force', '--feed', 'https://a.example/x', '--jsa', '192.0.2.9:514'];
    expect((await folder.run([...all, ...flags])).exitCode).toBe(0);
    const { config } = await folder.load({ FEED_TOKEN: 't' });
    expect(config.feeds).toHaveLength(1);
    expect(config.feeds[0]).toMatchObject({ confidence: 7, auth: { token: 't' } });
    expect(config.delivery.collectors.map(({ url }) => url)).toEqual([
      'tcp://192.0.2.9:514',
      'tcp://192.0.2.2:514',
    ]);
  });
});

describe('the proxy', () => {
  test('is written, sealed when it has a password, and taken away again', async () => {
    await folder.run([...all, '--proxy', 'http://192.0.2.8:3128']);
    expect(folder.read()).toContain('proxy: http://192.0.2.8:3128');
    const password = ['--proxy-user', 'us/er', '--proxy-password', '-'];
    const proxy = ['--proxy', 'http://192.0.2.8:3128', ...password];
    const sealed = await folder.run([...again, ...proxy], { input: 'p@ss:w\n' });
    expect(sealed.exitCode).toBe(0);
    expect(sealed.stdout + sealed.stderr + folder.read()).not.toContain('p@ss');
    expect(folder.modeOf('forwarder.key')).toBe(0o600);
    const { config } = await folder.load();
    expect(config.downloads.proxy).toBe('http://us%2Fer:p%40ss%3Aw@192.0.2.8:3128');
    const kept = folder.read();
    await folder.run(again);
    expect(folder.read()).toBe(kept);
    await folder.run([...again, '--no-proxy']);
    expect((await folder.load()).config.downloads.proxy).toBeUndefined();
  });

  test('with a plain password in the file is sealed when the file is written again', async () => {
    folder.write(
      'forwarder.yaml',
      'feeds: [ a.json ]\ndownloads: { proxy: "http://u:p@a.example:1" }\n',
    );
    await folder.run([...again, '--jsa', '192.0.2.10:514']);
    expect(folder.read()).toMatch(/proxy: "?enc:/);
    expect((await folder.load()).config.downloads.proxy).toBe('http://u:p@a.example:1');
  });

  test('stays a reference to the environment or a file', async () => {
    const env = { MY_PROXY: 'http://u:p@192.0.2.8:3128' };
    await folder.run([...all, '--proxy', 'env:MY_PROXY'], { env });
    expect(folder.read()).toContain('proxy: env:MY_PROXY');
    expect((await folder.load(env)).config.downloads.proxy).toBe(env.MY_PROXY);
    folder.write('proxy.txt', `${env.MY_PROXY}\n`);
    await folder.run([...again, '--proxy', 'file:proxy.txt']);
    expect(folder.read()).toContain('proxy: file:proxy.txt');
    expect((await folder.load()).config.downloads.proxy).toBe(env.MY_PROXY);
    expect(folder.has('forwarder.key')).toBe(false);
  });

  test('whose key is gone is kept with a warning, and refused where it is loaded', async () => {
    await folder.run(
      [...all, '--proxy', 'http://192.0.2.8:1', '--proxy-user', 'u', '--proxy-password', '-'],
      { input: 'p\n' },
    );
    folder.write('forwarder.key', 'threat-forwarder-key:1:AAAA\n');
    const before = folder.everything();
    const { error } = await folder.run(again);
    expect(error?.message).toContain('downloads.proxy');
    expect(error?.message).toContain('holds no key');
    expect(folder.everything()).toEqual(before);
    expect((await folder.run([...again, '--no-proxy'])).exitCode).toBe(0);
  });
});

describe('--seal', () => {
  test('prints a secret that the configuration takes', async () => {
    const { stdout, stderr } = await folder.run(['--seal'], { input: 'hunter2\n' });
    expect(stdout).toMatch(/^enc:\S+\n$/);
    expect(stderr).toContain('forwarder.key');
    const auth = `auth: { token: "${stdout.trim()}" }`;
    folder.write('forwarder.yaml', `feeds: [ { url: "https://a.example/", ${auth} } ]\n`);
    expect((await folder.load()).config.feeds[0]?.auth?.token).toBe('hunter2');
    expect((await folder.run(['--seal'], { input: '' })).error?.code).toBe('TF_USAGE');
  });
});
