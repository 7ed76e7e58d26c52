import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, describe, expect, test } from '@jest/globals';

import { feedDefaults, load, loadText, refusal, scratchDirectory } from './load-support.js';

const scratch = scratchDirectory();
afterAll(scratch.remove);

describe('precedence', () => {
  test('file < environment < --set, and the last --set', async () => {
    const text = 'feeds: [a]\nlog: { level: error, format: json }\nidentifier: File\n';
    const env = { TF_LOG__LEVEL: 'warn', TF_IDENTIFIER: 'Env' };
    const set = ['log.level=info', 'log.level=debug'];
    const { config } = await loadText(scratch.path, text, { env, set });
    expect(config.log).toMatchObject({ level: 'debug', format: 'json' });
    expect(config.identifier).toBe('Env');
  });

  test('a section that replaces another one forgets what was below it', async () => {
    const { config } = await load({
      env: { TF_DELIVERY__QUEUE__MAX_MESSAGES: '5' },
      set: ['delivery.queue={"maxBytes":"128MiB"}'],
    });
    expect(config.delivery.queue).toEqual({ maxMessages: 100000, maxBytes: 128 * 2 ** 20 });
  });

  test('a list replaces the list', async () => {
    const { config } = await load({ set: ['feeds=[{"path":"/x.json","confidence":7}]'] });
    expect(config.feeds).toEqual([{ path: '/x.json', confidence: 7, ...feedDefaults }]);
  });
});

describe('values from text', () => {
  test('lists by commas or as JSON; an empty one is empty', async () => {
    const byCommas = await load({ env: { TF_DELIVERY__COLLECTORS: 'tcp://a:1, udp://b:2' } });
    expect(byCommas.config.delivery.collectors).toEqual([
      { url: 'tcp://a:1' },
      { url: 'udp://b:2' },
    ]);
    const asJson = await load({
      env: { TF_DELIVERY__COLLECTORS: '[{"url":"tls://a:1","ca":"/ca.pem"},"tcp://b:2"]' },
    });
    expect(asJson.config.delivery.collectors).toEqual([
      { url: 'tls://a:1', ca: '/ca.pem' },
      { url: 'tcp://b:2' },
    ]);
    const empty = await load({ set: ['delivery.collectors=tcp://a:1', 'delivery.collectors='] });
    expect(empty.config.delivery.collectors).toEqual([]);
  });

  test('a comma inside of braces belongs to the glob', async () => {
    const { config } = await load({ set: ['feeds=/a/*.{json,csv},/b.json'] });
    expect(config.feeds.map(({ path }) => path)).toEqual(['/a/*.{json,csv}', '/b.json']);
  });

  test('numbers, sizes, codes, true and false, by the type the schema declares', async () => {
    const { config } = await load({
      env: {
        TF_INTAKE__MAXLINEBYTES: '4096',
        TF_INTAKE__JSA__LOOP_GUARD: 'false',
        TF_LEEF__FACILITY: '4',
        TF_LEEF__SEVERITY: 'warning',
        TF_HTTP: 'false',
        TF_IDENTIFIER: '12345',
      },
      set: ['matching.perEventDetectionLimit=17'],
    });
    expect(config.intake).toMatchObject({ maxLineBytes: 4096, jsa: { loopGuard: false } });
    expect(config.leef).toMatchObject({ facility: 4, severity: 4 });
    expect(config.http).toBe(false);
    expect(config.identifier).toBe('12345');
    expect(config.matching.perEventDetectionLimit).toBe(17);
  });

  test('a key of a mapping and a place of a list', async () => {
    const { config } = await load({
      set: [
        'intake.jsa.keys.src=src.ip',
        'intake.jsa.keys["dst"]=dst=ip',
        'feeds.0.confidence=80',
        'feeds[1].path=/b.json',
      ],
    });
    expect(config.intake.jsa).toMatchObject({ keys: { src: 'src.ip', dst: 'dst=ip' } });
    expect(config.feeds).toMatchObject([{ confidence: 80 }, { path: '/b.json' }]);
  });

  test('a key below a part that is off switches it on; below a short form makes it long', async () => {
    const text = 'feeds: [a.json]\nhttp: false\ndelivery: { collectors: ["tls://a:1"] }\n';
    const set = [
      'http.listen=127.0.0.1:0',
      'feeds.0.confidence=3',
      'delivery.collectors.0.ca=ca.pem',
    ];
    const { config } = await loadText(scratch.path, text, { set });
    expect(config.http).toEqual({ listen: '127.0.0.1:0' });
    expect(config.feeds[0]).toMatchObject({ path: 'a.json', confidence: 3 });
    expect(config.delivery.collectors).toEqual([
      { url: 'tls://a:1', ca: join(scratch.path, 'ca.pem') },
    ]);
  });

  test('a relative path is typed in the working directory when there is no file', async () => {
    const empty = join(scratch.path, 'empty');
    mkdirSync(empty);
    const typed = await load({ cwd: empty, set: ['feeds=a.json', 'templates.directory=t'] });
    const inFile = await loadText(scratch.path, 'http: false\n', { set: ['feeds=a.json'] });
    expect(typed.config.feeds[0]?.path).toBe(join(empty, 'a.json'));
    expect(typed.config.templates.directory).toBe(join(empty, 't'));
    expect(inFile.config.feeds[0]?.path).toBe('a.json');
    expect(inFile.baseDirectory).toBe(scratch.path);
  });
});

describe('what is wrong with them', () => {
  test.each([
    [
      'a mistyped section',
      { TF_DELIVRY__COLLECTORS: 'x' },
      'did you mean "TF_DELIVERY__COLLECTORS"?',
    ],
    ['a mistyped key', { TF_LOG__LEVL: 'x' }, 'did you mean "TF_LOG__LEVEL"?'],
    ['a mistyped top-level key', { TF_IDENTIFER: 'x' }, 'did you mean "TF_IDENTIFIER"?'],
    [
      'a name that is near nothing',
      { TF_X__Y: 'x' },
      'environment TF_X__Y: found no key of that name',
    ],
    [
      'a key of a map',
      { TF_INTAKE__JSA__KEYS__SRC: 'x' },
      'give intake.jsa.keys as a whole, in JSON',
    ],
    [
      'a wrong value',
      { TF_HTTP__LISTEN: 'x' },
      'environment TF_HTTP__LISTEN http.listen: found "x"',
    ],
    ['bad JSON', { TF_DELIVERY__QUEUE: '{"a":' }, 'found text that is no valid JSON'],
    ['__proto__', { TF_INTAKE__JSA: '{"__proto__":{}}' }, 'found the key "__proto__"'],
    ['no number', { TF_INTAKE__MAX_DEPTH: 'many' }, 'found "many", expected a whole number'],
  ])('environment: %s', async (_, env, fragment) => {
    const error = await refusal(load({ env }));
    expect(error.code).toBe('TF_CONFIG');
    expect(error.message).toContain(fragment);
  });

  test.each([
    ['log.levl=debug', '--set log.levl: found no key of that name'],
    ['log.levl=debug', 'did you mean "log.level"?'],
    ['LOG.level=debug', 'did you mean "log"?'],
    ['log.level', 'expected PATH=VALUE'],
    ['=debug', 'found no key of that name'],
    ['log.level.x=1', 'found no key of that name'],
    ['log=debug', '--set log log: found "debug", expected a mapping'],
    ['log.level=loud', 'expected one of debug, info, warn, error, silent'],
    ['feeds.7.path=a', 'found place 7 of a list of 1'],
    ['intake.jsa.keys.__proto__=x', 'found no key of that name'],
    ['feeds=[{"path":"a","__proto__":1}]', 'found the key "__proto__"'],
  ])('--set %s: %s', async (argument, fragment) => {
    const error = await refusal(load({ set: [argument] }));
    expect(error.code).toBe('TF_CONFIG');
    expect(error.message).toContain(fragment);
  });

  test('problems of file, environment and arguments come in one list, in this order', async () => {
    const error = await refusal(
      loadText(scratch.path, 'feeds: [a]\nhtp: false\n', {
        set: ['identifier=a b'],
        env: { TF_LOG__LEVEL: 'loud' },
      }),
    );
    const lines = error.message
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(': ')[0]);
    expect(lines).toEqual([
      'forwarder.yaml:2:1 htp',
      'environment TF_LOG__LEVEL log.level',
      '--set identifier identifier',
    ]);
  });
});

describe('variables that are not ours', () => {
  test('are left alone: TF_DATA_DIR and those of other programs', async () => {
    const env = {
      TF_DATA_DIR: '/data',
      TF_VAR_region: 'x',
      TF_CLI_ARGS: 'x',
      HOME: '/root',
      TFX__Y: '1',
    };
    const { warnings } = await load({ env });
    expect(warnings).toEqual([]);
  });

  test('the name of a section alone is ignored with a warning, unless it is JSON', async () => {
    const { config, warnings } = await load({ env: { TF_LOG: 'trace' } });
    expect(config.log.level).toBe('info');
    expect(warnings).toEqual([expect.stringContaining('TF_LOG is ignored')]);
    expect((await load({ env: { TF_LOG: '{"level":"warn"}' } })).config.log.level).toBe('warn');
  });
});
