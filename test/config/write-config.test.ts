import {
  chmodSync,
  chownSync,
  lstatSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

import { afterAll, describe, expect, test } from '@jest/globals';

import {
  editConfigText,
  readRawConfig,
  writeConfigFile,
} from '../../forwarder/config/write-config.js';
import { scratchDirectory } from './load-support.js';

const scratch = scratchDirectory();
afterAll(scratch.remove);
const nothing = async (): Promise<void> => {};

describe('a new configuration text', () => {
  test('has the heading, and a comment above each key', async () => {
    const text = await editConfigText(
      undefined,
      [
        { path: ['profile'], value: 'parity', comment: 'As CyberTrace.' },
        { path: ['intake', 'jsa', 'listen'], value: '0.0.0.0:9995', comment: 'Two\nlines.' },
        { path: ['feeds'], value: [{ path: 'a/*.json' }], comment: 'Feeds.' },
      ],
      'The heading.\nIts second line.',
    );
    expect(text).toBe(
      [
        '# The heading.',
        '# Its second line.',
        '',
        '# As CyberTrace.',
        'profile: parity',
        'intake:',
        '  jsa:',
        '    # Two',
        '    # lines.',
        '    listen: 0.0.0.0:9995',
        '',
        '# Feeds.',
        'feeds:',
        '  - path: a/*.json',
        '',
      ].join('\n'),
    );
  });
});

describe('changes of a text', () => {
  const placeOf = (entry: unknown): string | undefined =>
    typeof entry === 'string' ? entry : (entry as { path?: string }).path;

  test('leave everything else as it is written', async () => {
    const before = [
      '# mine',
      'log: { level: debug } # loud',
      'intake:',
      '  jsa:',
      '    listen: 127.0.0.1:1 # old',
      'downloads:',
      '  proxy: http://a.example:1',
      '  every: 1h',
      'feeds:',
      '  # first',
      '  - { path: a.json, confidence: 7 }',
      '  - b.json',
      '',
    ].join('\n');
    const after = await editConfigText(
      before,
      [
        { path: ['intake', 'jsa', 'listen'], value: '[::]:9995' },
        { path: ['downloads', 'proxy'], value: undefined },
        { path: ['feeds'], value: [{ path: 'c.json' }, { path: 'a.json' }], sameEntry: placeOf },
      ],
      'unused',
    );
    expect(after).toContain('# mine\nlog: { level: debug } # loud\n');
    expect(after).toContain('listen: "[::]:9995" # old');
    expect(after).not.toContain('proxy');
    expect(after).toContain('every: 1h');
    expect(after).toContain('- path: c.json\n');
    expect(after).toContain('- { path: a.json, confidence: 7 }');
    expect(after).not.toContain('b.json');
  });

  test('put a mapping where a part was switched off, empty or an alias', async () => {
    const edits = [{ path: ['intake', 'jsa', 'listen'], value: ':1', comment: 'x' }];
    for (const before of ['intake: { jsa: false }\n', 'intake:\n', '{"intake":{}}', '']) {
      const text = await editConfigText(before, edits, '');
      writeFileSync(join(scratch.path, 'a.yaml'), text);
      const raw = await readRawConfig(join(scratch.path, 'a.yaml'));
      expect(raw?.value).toEqual({ intake: { jsa: { listen: ':1' } } });
    }
    const aliased = 'log: &l { level: debug }\nhttp: &h { listen: ":2" }\nintake: { jsa: *h }\n';
    const text = await editConfigText(aliased, [{ path: ['intake', 'jsa', 'tls'], value: 1 }], '');
    expect(text).toMatch(/jsa: \{ listen: ":2", tls: 1 \}|jsa:\s+\{ listen: :2, tls: 1 \}/);
  });
});

describe('the file', () => {
  test('is its owner’s alone, the old one is kept, and nothing else is left', async () => {
    const path = join(scratch.path, 'new/forwarder.yaml');
    expect(await writeConfigFile(path, 'a: 1\n', nothing)).toEqual({});
    expect(await writeConfigFile(path, 'a: 2\n', nothing)).toEqual({ backup: `${path}.bak` });
    expect(readFileSync(path, 'utf8')).toBe('a: 2\n');
    expect(readFileSync(`${path}.bak`, 'utf8')).toBe('a: 1\n');
    for (const file of [path, `${path}.bak`]) expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(scratch.path, 'new')).sort()).toEqual([
      'forwarder.yaml',
      'forwarder.yaml.bak',
    ]);
  });

  test('stays when the check refuses the new one', async () => {
    const path = join(scratch.path, 'kept/forwarder.yaml');
    await writeConfigFile(path, 'a: 1\n', nothing);
    const refuse = (): Promise<void> => Promise.reject(new Error('bad'));
    await expect(writeConfigFile(path, 'a: 2\n', refuse)).rejects.toMatchObject({
      code: 'TF_CONFIG',
    });
    expect(readdirSync(join(scratch.path, 'kept'))).toEqual(['forwarder.yaml']);
    expect(readFileSync(path, 'utf8')).toBe('a: 1\n');
  });

  test('that root writes stays with its owner and group', async () => {
    if (process.getuid?.() !== 0) return;
    const path = join(scratch.path, 'given/forwarder.yaml');
    await writeConfigFile(path, 'a: 1\n', nothing);
    chownSync(path, 0, 12_345);
    chmodSync(path, 0o640);
    await writeConfigFile(path, 'a: 2\n', nothing);
    const { gid, mode } = statSync(path);
    expect([gid, mode & 0o777]).toEqual([12_345, 0o640]);
    chownSync(join(scratch.path, 'given'), 12_346, 12_346);
    await writeConfigFile(join(scratch.path, 'given/b/c.yaml'), 'a: 1\n', nothing);
    for (const made of ['given/b', 'given/b/c.yaml']) {
      expect(statSync(join(scratch.path, made)).uid).toBe(12_346);
    }
  });

  test('behind a link is replaced, the link stays', async () => {
    const path = join(scratch.path, 'link.yaml');
    writeFileSync(join(scratch.path, 'behind.yaml'), 'a: 1\n');
    symlinkSync('behind.yaml', path);
    await writeConfigFile(path, 'a: 2\n', nothing);
    expect(lstatSync(path).isSymbolicLink()).toBe(true);
    expect(readFileSync(join(scratch.path, 'behind.yaml'), 'utf8')).toBe('a: 2\n');
  });
});
