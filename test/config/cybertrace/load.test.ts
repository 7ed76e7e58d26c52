import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, describe, expect, test } from '@jest/globals';

import { ConfigError, describeConfig } from '../../../forwarder/config/index.js';
import { createExtractor } from '../../../forwarder/extraction/index.js';
import { load, refusal } from '../load-support.js';
import { fixtures, scratch, withSources } from './import-support.js';

const folder = scratch();
afterAll(folder.remove);

function write(name: string, text: string): string {
  const path = join(folder.path, name);
  writeFileSync(path, text);
  return path;
}

describe('kl_feed_service.conf in place of forwarder.yaml', () => {
  const file = join(fixtures, 'v4/kl_feed_service.conf');

  test('is imported in memory; warnings say what was not taken over', async () => {
    const { config, warnings, origin, baseDirectory } = await load({ file });
    expect(origin).toBe(file);
    expect(baseDirectory).toBe(join(fixtures, 'v4'));
    expect(config.intake).toMatchObject({
      jsa: false,
      cybertrace: { listen: '0.0.0.0:9999', dialect: 'imported', maxSessions: 9 },
    });
    expect(config.feeds.map(({ path, categories }) => [path, categories?.url])).toEqual([
      ['feeds/Phishing_URL_Data_Feed.json', 'KL_Phishing_URL'],
      ['feeds/Acme_Feed.json', 'KL_Acme_URL'],
    ]);
    expect(warnings).toContainEqual(
      expect.stringMatching(
        /CyberTrace 4\.x: 4 of its settings are not supported, 2 mean something else; "threat-forwarder import .*" shows all/,
      ),
    );
  });

  test('every value has its place in the XML file', async () => {
    const rows = describeConfig(await load({ file }));
    const originOf = (key: string): string | undefined =>
      rows.find((row) => row.key === key)?.origin.replace(file, 'FILE');
    expect(originOf('intake.cybertrace.listen')).toBe('FILE:35:5');
    expect(originOf('delivery.collectors[0].url')).toMatch(/^(?:FILE:51:5|built-in default)$/);
    expect(originOf('log.level')).toBe('default');
  });

  test('the environment and --set win over it', async () => {
    const { config } = await load({
      file,
      env: { TF_INTAKE__CYBERTRACE__MAX_SESSIONS: '3' },
      set: ['intake.jsa.listen=127.0.0.1:9994'],
    });
    expect(config.intake).toMatchObject({
      jsa: { listen: '127.0.0.1:9994' },
      cybertrace: { maxSessions: 3, dialect: 'imported' },
    });
  });

  test('its rules find what the help says they find (pages 171632, 198870, 181633)', async () => {
    const { config } = await load({ file });
    const extractor = createExtractor({ sources: config.sources });
    const text =
      '<134>CEF:0|Fortinet|FortiGate|5.0|x url_1=http://domain test_event url_2=/page/mypage user=alice act=deny;';
    const { source, values, observables } = extractor.extract({ kind: 'raw', text }, '192.0.2.1');
    expect(source).toBe('FortiSIEM');
    expect(observables.map(({ text: found }) => found)).toContain('http://domain/page/mypage');
    expect(values.get('Device')).toBe('Fortinet|FortiGate');
    expect(values.get('UserName')).toBe('alice');
    expect(values.get('DeviceAction')).toBe('deny');
    const ignored = extractor.extract(
      { kind: 'raw', text: '<13>FortiGate Device0001 x' },
      '192.0.2.1',
    );
    expect(ignored.isIgnored).toBe(true);
  });
});

describe('what cannot be used', () => {
  test('bad XML is a problem with file, line and column', async () => {
    const error = await refusal(load({ file: write('bad.conf', '<A>\n  <B></C>\n</A>') }));
    expect(error).toBeInstanceOf(ConfigError);
    expect(error.message).toMatch(
      /bad\.conf:2:10: found unexpected close tag, expected well-formed XML/,
    );
  });

  test.each([
    ['<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', 'a DOCTYPE'],
    [
      '<Settings><Connection>127.0.0.1:9999</Connection></Settings>',
      'the configuration of Log Scanner',
    ],
    ['<a/>', 'the element a'],
  ])('%s', async (text, found) => {
    const error = await refusal(load({ file: write('other.conf', text) }));
    expect(error).toBeInstanceOf(ConfigError);
    expect(error.message).toContain(`found ${found}`);
  });

  test('what the schema says against it names the line of the XML', async () => {
    // An identifier is checked by the schema only.
    const long = `${'a'.repeat(60)}.`.repeat(4);
    const text = `<C><InputSettings/>\n<OutputSettings>\n<ConnectionString>${'x'.repeat(2100)}:1</ConnectionString><EventFormat>${long}</EventFormat></OutputSettings></C>`;
    const error = await refusal(load({ file: write('long.conf', text) }));
    expect(error.message).toContain('long.conf:3:1 delivery.collectors[0]');
  });

  test('a kl_feed_info.conf that cannot be read is passed over, and said', async () => {
    write('kl_feed_info.conf', '{"a"');
    const { warnings } = await load({ file: write('kl_feed_service.conf', withSources('')) });
    expect(warnings).toContainEqual(
      expect.stringMatching(/kl_feed_info\.conf:1:\d+ is passed over/),
    );
  });
});

describe('YAML stays YAML', () => {
  test('a folder with kl_feed_service.conf and no forwarder.yaml: it is not read, and said', async () => {
    const text = readFileSync(join(fixtures, 'v2/kl_feed_service.conf'), 'utf8');
    write('kl_feed_service.conf', text);
    const { origin, warnings } = await load({ cwd: folder.path });
    expect(origin).toBe('built-in');
    expect(warnings).toContainEqual(expect.stringContaining('threat-forwarder import'));
  });
});
