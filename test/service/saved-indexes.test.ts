import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

import {
  listSaved,
  pinIndex,
  readPin,
  savedPath,
  unpin,
} from '../../forwarder/service/indexing/saved-indexes.js';

let root: string;
let directory: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'tf-saved-'));
  directory = join(root, 'index');
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

describe('names of saved indexes', () => {
  test('lead to a file below the directory', () => {
    expect(savedPath(directory, 'monday_2-b')).toBe(join(directory, 'saved/monday_2-b.index'));
  });

  test.each([
    '',
    '..',
    '../x',
    '/etc/passwd',
    'a/b',
    'a\\b',
    'a.b',
    '%2e%2e',
    'a\u0000',
    '․․',
    'x'.repeat(101),
  ])('%j is none', (name) => {
    expect(() => savedPath(directory, name)).toThrow(expect.objectContaining({ code: 'TF_USAGE' }));
  });

  test('a link that leads out is refused, as file and as folder', () => {
    mkdirSync(join(directory, 'saved'), { recursive: true });
    writeFileSync(join(root, 'other'), 'x');
    symlinkSync(join(root, 'other'), join(directory, 'saved/out.index'));
    const refused = expect.objectContaining({ code: 'TF_INDEX' });
    expect(() => savedPath(directory, 'out')).toThrow(refused);
    rmSync(join(directory, 'saved'), { recursive: true });
    symlinkSync(root, join(directory, 'saved'));
    expect(() => savedPath(directory, 'in')).toThrow(refused);
  });

  test('are listed in order, other files are not', () => {
    expect(listSaved(directory)).toEqual([]);
    mkdirSync(join(directory, 'saved/folder.index'), { recursive: true });
    for (const name of ['b.index', 'a.index', 'c.index.tmp', 'd e.index', 'readme']) {
      writeFileSync(join(directory, 'saved', name), '12345');
    }
    expect(listSaved(directory)).toMatchObject([
      { name: 'a', sizeBytes: 5, path: join(directory, 'saved/a.index') },
      { name: 'b' },
    ]);
  });
});

describe('the pin', () => {
  const noted = { version: 'v', loadedAtMs: 5 };

  test('is there until it is taken away', () => {
    expect(readPin(directory)).toBeUndefined();
    const byName = { ...noted, name: 'a', path: savedPath(directory, 'a') };
    pinIndex(directory, byName);
    expect(readPin(directory)).toEqual(byName);
    const byPath = { ...noted, name: undefined, path: '/media/x.index' };
    pinIndex(directory, byPath);
    expect(readPin(directory)).toEqual(byPath);
    expect(readdirSync(directory)).toEqual(['pinned.json']);
    expect(statSync(join(directory, 'pinned.json')).mode & 0o777).toBe(0o600);
    expect(unpin(directory)).toBe(true);
    expect(unpin(directory)).toBe(false);
    expect(readPin(directory)).toBeUndefined();
  });

  test('a note that is there and cannot be read is a fault; below a file there is none', () => {
    mkdirSync(join(directory, 'pinned.json'), { recursive: true });
    expect(() => readPin(directory)).toThrow(expect.objectContaining({ code: 'TF_INDEX' }));
    writeFileSync(join(root, 'file'), 'x');
    expect(readPin(join(root, 'file'))).toBeUndefined();
  });

  test.each([
    'nonsense',
    '[]',
    'null',
    '{}',
    '{"saved":"../x","version":"v","loadedAtMs":1}',
    '{"file":"relative","version":"v","loadedAtMs":1}',
    '{"saved":"a","version":1,"loadedAtMs":1}',
  ])('a note that says nothing, %s, is a fault: the feeds are not used behind it', (text) => {
    mkdirSync(directory);
    writeFileSync(join(directory, 'pinned.json'), text);
    expect(() => readPin(directory)).toThrow(expect.objectContaining({ code: 'TF_INDEX' }));
  });
});
