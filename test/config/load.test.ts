import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, describe, expect, test } from '@jest/globals';

import { builtInConfig, describeConfig } from '../../forwarder/config/index.js';
import {
  goodDirectory,
  load,
  loadText,
  packageDirectory,
  refusal,
  scratchDirectory,
  feedDefaults,
} from './load-support.js';

const scratch = scratchDirectory();
afterAll(scratch.remove);

describe('the built-in default', () => {
  test('needs no file: demo feeds of the package, no collector, everything at its default', async () => {
    const { config, origin, baseDirectory, warnings } = await load();
    expect(origin).toBe('built-in');
    expect(baseDirectory).toBe(packageDirectory);
    expect(warnings).toEqual([]);
    expect(config).toEqual({
      profile: 'parity',
      identifier: 'KL_Threat_Feed_Service_V2',
      intake: {
        jsa: {
          listen: '127.0.0.1:9995',
          maxConnections: 1024,
          idleSeconds: 0,
          keys: {},
          loopGuard: true,
        },
        cybertrace: {
          listen: '127.0.0.1:9999',
          dialect: 'cybertrace-4',
          maxSessions: 20,
          replyAlways: false,
          closeAfterReply: false,
          requestQuietMs: 0,
          replyBufferBytes: 2 ** 20,
          replyStallSeconds: 30,
          idleSeconds: 0,
        },
        moreCybertrace: [],
        maxLineBytes: 1048576,
        maxDepth: 64,
        maxBufferedBytes: 64 * 2 ** 20,
        partialLineSeconds: 30,
      },
      extraction: { urlProperties: '^URL$|URI|Request URL', indicatorProperties: [] },
      sources: [],
      feeds: [{ path: 'verification/feeds/*.json', ...feedDefaults }],
      allowLists: [],
      downloads: {
        directory: join(packageDirectory, 'var/feeds'),
        every: 30,
        timeoutSeconds: 60,
        maxBytes: 4 * 2 ** 30,
      },
      unpacking: { maxBytes: 16 * 2 ** 30, maxRatio: 200 },
      index: { directory: join(packageDirectory, 'var/index') },
      matching: { perEventDetectionLimit: 10000, minConfidence: 0, workers: -1 },
      evaluation: { finishedEvents: false },
      leef: {
        cat: false,
        messageId: false,
        loopToken: false,
        facility: 16,
        severity: 6,
        maxMessageBytes: 4000,
        timeZone: 'local',
      },
      templates: { directory: join(packageDirectory, 'templates/leef') },
      dialects: {},
      enrichment: { dictionaries: [], enrichers: [] },
      storm: {
        windowSeconds: 60,
        maxKeys: 250_000,
        messagesPerSecond: 5000,
        breaker: { percent: 50, minDetections: 1000, withinSeconds: 10, forSeconds: 60 },
        countOnly: [],
      },
      delivery: {
        collectors: [],
        queue: { maxMessages: 100000, maxBytes: 67108864 },
        replay: { confirmSeconds: 300, stallSeconds: 5 },
        spool: {
          directory: join(packageDirectory, 'var/spool'),
          maxBytes: 2 ** 30,
          segmentBytes: 2 ** 24,
          whenFull: 'dropOldest',
          syncMs: 200,
          required: true,
        },
      },
      http: { listen: '127.0.0.1:9990' },
      console: { tls: {}, timeoutSeconds: 30 },
      lookup: {
        portal: 'tip',
        timeoutSeconds: 30,
        slowSeconds: 5,
        requestsPerSecond: 10,
        maxConcurrent: 4,
        reserve: 10,
        cache: {
          directory: join(packageDirectory, 'var/lookup'),
          maxBytes: 2 ** 28,
          red: 1440,
          orange: 1440,
          yellow: 1440,
          green: 1440,
          grey: 360,
          noData: 360,
        },
        neverAsk: [],
        enrich: [],
      },
      log: { level: 'info', format: 'auto', maxBytes: 10 * 2 ** 20, keep: 5 },
      service: { stopSeconds: 10, watchdogSeconds: 30 },
      state: { directory: join(packageDirectory, 'var/state'), minFreeBytes: 2 ** 28 },
      statistics: { keepDays: 90, flushSeconds: 30 },
      security: { refuseRoot: false },
    });
  });

  test('is frozen in depth and never shared', async () => {
    const { config } = await load();
    expect(() => {
      (config.leef as { cat: boolean }).cat = true;
    }).toThrow(TypeError);
    expect(Object.isFrozen(config.feeds[0])).toBe(true);
    expect(Object.isFrozen(builtInConfig.feeds)).toBe(false);
    expect((await load()).config).not.toBe(config);
  });
});

describe('which file is read', () => {
  test('./forwarder.yaml of the working directory', async () => {
    const { origin, config } = await loadText(scratch.path, 'identifier: Here\nfeeds: [a.json]\n');
    expect(origin).toBe(join(scratch.path, 'forwarder.yaml'));
    expect(config.identifier).toBe('Here');
  });

  test('a named one wins, relative to the working directory', async () => {
    mkdirSync(join(scratch.path, 'etc'), { recursive: true });
    writeFileSync(join(scratch.path, 'etc/named.yaml'), 'identifier: Named\n');
    const loaded = await load({ cwd: scratch.path, file: 'etc/named.yaml' });
    expect(loaded.config.identifier).toBe('Named');
    expect(loaded.baseDirectory).toBe(join(scratch.path, 'etc'));
  });

  test('a named one that is missing, or a folder, is an error', async () => {
    for (const file of ['missing.yaml', '.']) {
      const error = await refusal(load({ cwd: scratch.path, file }));
      expect(error).toMatchObject({ code: 'TF_CONFIG', where: file });
    }
  });

  test('a name that was nearly right gets a warning', async () => {
    const directory = join(scratch.path, 'yml');
    mkdirSync(directory);
    writeFileSync(join(directory, 'forwarder.yml'), 'http: false\n');
    const { origin, warnings } = await load({ cwd: directory });
    expect(origin).toBe('built-in');
    expect(warnings).toEqual([expect.stringContaining('forwarder.yml is not read')]);
  });

  test('a file of more than 2 MiB is not', async () => {
    const error = await refusal(loadText(scratch.path, `# ${'x'.repeat(2 ** 21)}\nhttp: false\n`));
    expect(error.message).toContain('more than 2 MiB');
  });
});

describe('values of a file', () => {
  test('demo feeds do not load beside a file that names none, and that is said', async () => {
    const { config, warnings } = await loadText(scratch.path, 'http: false\n');
    expect(config.feeds).toEqual([]);
    expect(config.http).toBe(false);
    expect(warnings).toEqual([expect.stringContaining('no feeds are configured')]);
  });

  test('the whole example: units, codes, short forms, package paths', async () => {
    const { config } = await load({ file: join(goodDirectory, 'whole.yaml') });
    expect(config.intake.maxLineBytes).toBe(1048576);
    expect(config.leef).toMatchObject({ facility: 16, severity: 6 });
    expect(config.feeds[0]).toEqual({
      path: join(packageDirectory, 'verification/feeds/Demo_*.json'),
      ...feedDefaults,
    });
    expect(config.feeds[1]?.path).toBe('feeds/*_Data_Feed.json');
    expect(config.delivery.collectors).toEqual([
      {
        url: 'tls://jsa.example.org:6514',
        ca: join(goodDirectory, 'tls/collector-ca.pem'),
        cert: join(goodDirectory, 'tls/client.pem'),
        key: join(goodDirectory, 'tls/client.key'),
      },
      { url: 'tcp://192.0.2.11:514' },
    ]);
    expect(config.sources[0]?.rules[1]).toEqual({
      name: 'RE_USERNAME',
      kind: 'CONTEXT',
      keys: ['usrName'],
      extract: 'first',
    });
    expect(config.sources[0]?.replace).toEqual([{ pattern: '\\\\=', with: '=' }]);
  });

  test('paths are absolute, but those of feeds', async () => {
    const { config } = await load({ file: join(goodDirectory, 'tls.yaml') });
    expect(config.intake.jsa).toMatchObject({
      tls: {
        cert: join(goodDirectory, 'server.pem'),
        key: join(goodDirectory, 'server.key'),
        clientCa: '/etc/ssl/clients.pem',
      },
    });
    expect(config.templates.directory).toBe(join(goodDirectory, 'my-templates'));
    expect(config.feeds[0]?.path).toBe('*.json');
  });

  test('JSON with tabs and escapes', async () => {
    const { config } = await load({ file: join(goodDirectory, 'json.json') });
    expect(config.identifier).toBe('KL_Threat_Feed_Service_v2');
    expect(config.feeds[0]?.path).toBe('feeds/*.json');
  });

  test('anchors and aliases stand for their values, kinds in any letter case', async () => {
    const { config } = await load({ file: join(goodDirectory, 'anchors.yaml') });
    expect(config.sources[1]?.rules).toEqual(config.sources[0]?.rules);
    expect(config.sources[1]?.rules[0]?.kind).toBe('URL');
  });

  test('a map of keys finds nothing of its prototype', async () => {
    const { config } = await loadText(
      scratch.path,
      'feeds: [a]\nintake: { jsa: { keys: { constructor: c } } }\n',
    );
    const keys = config.intake.jsa === false ? {} : config.intake.jsa.keys;
    expect(Object.entries(keys)).toEqual([['constructor', 'c']]);
    expect('toString' in keys).toBe(false);
  });
});

describe('secrets', () => {
  const withPassphrase = (passphrase: string): string =>
    `feeds: [a]\nintake: { jsa: { tls: { cert: c, key: k, passphrase: "${passphrase}" } } }\n`;
  const env = { PASS: 'open sesame' };

  test.each([
    ['a variable', 'env:PASS'],
    ['a file', 'file:pass.txt'],
    ['the text itself', 'open sesame'],
  ])('from %s: in the configuration, but not in its description', async (_, passphrase) => {
    writeFileSync(join(scratch.path, 'pass.txt'), 'open sesame\nsecond line\n');
    const loaded = await loadText(scratch.path, withPassphrase(passphrase), { env });
    expect(loaded.config.intake.jsa).toMatchObject({ tls: { passphrase: 'open sesame' } });
    const rows = describeConfig(loaded);
    expect(rows.find(({ key }) => key === 'intake.jsa.tls.passphrase')?.value).toBe('(hidden)');
    expect(JSON.stringify(rows)).not.toContain('sesame');
  });

  test.each([
    ['env:NOT_SET', 'the environment variable NOT_SET, which is not set'],
    ['file:no-such-file', 'a file that cannot be read'],
  ])('%s is an error with its place', async (passphrase, found) => {
    const error = await refusal(loadText(scratch.path, withPassphrase(passphrase), { env }));
    expect(error.message).toContain('forwarder.yaml:2:54 intake.jsa.tls.passphrase: found ');
    expect(error.message).toContain(found);
  });

  test('of the wrong type are not shown', async () => {
    const text = withPassphrase('x').replace('"x"', '12345');
    const error = await refusal(loadText(scratch.path, text));
    expect(error.message).toContain('intake.jsa.tls.passphrase: found (hidden)');
    expect(error.message).not.toContain('12345');
  });
});

describe('describeConfig', () => {
  test('tells every value with where it came from', async () => {
    const text = 'feeds: [a.json]\nlog:\n  level: warn\nleef: { facility: local3 }\n';
    const loaded = await loadText(scratch.path, text, {
      env: { TF_INTAKE__MAX_LINE_BYTES: '2MiB' },
      set: ['delivery.collectors=tcp://127.0.0.1:514'],
    });
    const rows = new Map(
      describeConfig(loaded).map(({ key, value, origin }) => [key, { value, origin }]),
    );
    expect(rows.get('log.level')).toEqual({ value: '"warn"', origin: 'forwarder.yaml:3:10' });
    expect(rows.get('log.format')).toEqual({ value: '"auto"', origin: 'default' });
    expect(rows.get('leef.facility')).toEqual({ value: 'local3', origin: 'forwarder.yaml:4:19' });
    expect(rows.get('feeds[0].path')).toEqual({ value: '"a.json"', origin: 'forwarder.yaml:1:9' });
    expect(rows.get('feeds[0].enabled')).toEqual({ value: 'true', origin: 'default' });
    expect(rows.get('intake.maxLineBytes')).toEqual({
      value: '2MiB',
      origin: 'environment TF_INTAKE__MAX_LINE_BYTES',
    });
    expect(rows.get('delivery.collectors[0].url')).toEqual({
      value: '"tcp://127.0.0.1:514"',
      origin: '--set delivery.collectors',
    });
    expect(rows.get('sources')).toEqual({ value: '[]', origin: 'default' });
  });

  test('names the built-in feeds as such', async () => {
    const rows = describeConfig(await load());
    expect(rows.find(({ key }) => key === 'feeds[0].path')?.origin).toBe('built-in default');
  });
});
