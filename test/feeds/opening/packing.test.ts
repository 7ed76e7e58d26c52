import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { startOf } from '../../../forwarder/feeds/opening/pieces.js';
import { contentOf, errorOf, faultOf, TestFolder } from './folder.js';

const folder = new TestFolder();

describe('what is not read', () => {
  test.each([
    ['xz', 'fd377a585a000004e6d6b446', 'unxz'],
    ['bzip2', '425a6839314159265359', 'bunzip2'],
    ['zstd', '28b52ffd04586100', 'unzstd'],
    ['7z', '377abcaf271c0004', '7z x'],
  ])('%s, also within gzip', async (name, hex, command) => {
    const bytes = Buffer.concat([Buffer.from(hex, 'hex'), Buffer.alloc(20)]);
    const message = `The feed is packed with ${name}, which is not unpacked here.`;
    expect(await faultOf(folder, bytes)).toBe(message);
    expect(await faultOf(folder, gzipSync(bytes))).toBe(message);
    const { hint } = await errorOf(contentOf(folder.at('feed.dat')));
    expect(hint).toContain(command);
  });

  test('a list whose first name begins like a packed file', async () => {
    const path = await folder.put('a.txt', 'BZh1.example\nPK.example\n');
    expect((await contentOf(path)).toString()).toBe('BZh1.example\nPK.example\n');
  });

  test('a tar archive', async () => {
    const tar = Buffer.alloc(1024);
    tar.write('feed.json', 0);
    tar.write('ustar', 257);
    expect(await faultOf(folder, gzipSync(tar))).toBe(
      'The feed is a tar archive, which is not unpacked here.',
    );
  });

  test.each([
    ['protocol 2', 'a.dat', '80027d7100'],
    ['protocol 4', 'a.dat', '80049500000000'],
    ['an old protocol by its name', 'feeds.TRACER', '286470300a2e'],
  ])('a Python pickle: %s', async (_name, name, hex) => {
    expect(await faultOf(folder, Buffer.from(hex, 'hex'), name)).toMatch(
      /^The feed is a Python pickle; it is not read/,
    );
    const { hint } = await errorOf(startOf(folder.at(name)));
    expect(hint).toMatch(/Compile the CSV or JSON .*threat-forwarder feeds compile/);
  });
});
